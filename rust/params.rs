// SPDX-License-Identifier: GPL-2.0

//! Parameters of the allocator: where each kind of text and data lives.
//!
//! An architecture fills a [`JitAllocParams`] with one [`JitRange`] for each [`JitType`]. A range
//! that it leaves out inherits the one of [`JitType::ModulesText`]. [`JitAllocParams::validate`] is
//! the only way to a [`ValidParams`], and everything above this file asks for one.
//!
//! Pure: imports `core` only, so that the host can test it.

mod jit_type;
mod layout;
mod range;
mod validate;

pub(crate) use {
    jit_type::{JitType, NR_TYPES},
    layout::Layout,
    range::{random_start, JitRange, Prot, KASAN_SHADOW, ROX_CACHE},
    validate::{JitAllocParams, ValidParams},
};

#[cfg(test)]
pub(crate) use validate::{Fault, Invalid};
