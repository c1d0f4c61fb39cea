// SPDX-License-Identifier: GPL-2.0

//! Owned text and data: address ranges with pages, their permissions, and how many there may be.

pub(crate) mod budget;
pub(crate) mod data;
pub(crate) mod execmem;
pub(crate) mod in_place;
pub(crate) mod protect;
pub(crate) mod text;
pub(crate) mod vmalloc;
pub(crate) mod wx;
