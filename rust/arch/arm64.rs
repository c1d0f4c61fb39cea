// SPDX-License-Identifier: GPL-2.0

//! arm64.

mod params;

pub(crate) use {
    super::page_tables::{Entry, PageTables},
    super::private_mm::{
        hold, ChunkedWrite, Mapping, ScopeGuard, WriteGuard, WriteScope, Writer, CHUNK,
    },
    params::{params, TRAP},
};

use core::ptr::NonNull;

use crate::sys::abi;

/// Text may be mapped by large pages that are read-only and executable: see
/// `jit_port_prepare_text()`.
pub(crate) const HAS_LARGE_TEXT: bool = true;

/// A write keeps interrupts off.
pub(crate) const WRITES_SLEEP: bool = false;

/// Makes fresh text fetchable: cleans the data caches and invalidates the instruction caches.
///
/// Nobody is told to forget what he has fetched in advance, for no CPU has a reason to fetch from
/// text that is not published yet; whoever writes it will be told.
pub(crate) fn sync_fetch(start: NonNull<u8>, len: usize) {
    // SAFETY: A function that any mapped range may be passed to.
    unsafe { abi::jit_port_sync_caches(start.addr().get(), len) };
}
