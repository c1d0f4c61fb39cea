// SPDX-License-Identifier: GPL-2.0

//! arm, 32 bit.

mod params;

pub(crate) use {
    super::no_page_tables::{Entry, PageTables},
    super::private_mm::{
        hold, ChunkedWrite, Mapping, ScopeGuard, WriteGuard, WriteScope, Writer, CHUNK,
    },
    params::{params, TRAP},
};

use core::ptr::NonNull;

use crate::sys::abi;

/// There are no large read-only executable mappings.
pub(crate) const HAS_LARGE_TEXT: bool = false;

/// A write keeps interrupts off.
pub(crate) const WRITES_SLEEP: bool = false;

/// Makes fresh text fetchable. Nobody has fetched it yet, so nobody has to be told.
pub(crate) fn sync_fetch(start: NonNull<u8>, len: usize) {
    // SAFETY: A function that any mapped range may be passed to.
    unsafe { abi::jit_port_sync_caches(start.addr().get(), len) };
}
