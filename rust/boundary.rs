// SPDX-License-Identifier: GPL-2.0

//! What C and Rust say to each other, and what the module shows of itself.

pub(crate) mod c_params;
pub(crate) mod debugfs;
mod exports;
pub(crate) mod instance;
pub(crate) mod shrinker;
