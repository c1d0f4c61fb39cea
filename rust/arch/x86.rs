// SPDX-License-Identifier: GPL-2.0

//! x86_64.

pub(crate) mod params;
pub(crate) mod writer;
