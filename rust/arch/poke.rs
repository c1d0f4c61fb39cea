// SPDX-License-Identifier: GPL-2.0

//! The least that a port can be: one range, small pages, and the kernel's own poke.
//!
//! It shows what a port has to give, and that nothing else is asked of it. It is built for tests
//! only, since a poke takes a mutex: text can be written where sleeping is allowed, and nowhere
//! else.

mod params;
mod writer;

pub(crate) use {
    super::no_page_tables::{Entry, PageTables},
    params::{params, TRAP},
    writer::{hold, ChunkedWrite, Mapping, ScopeGuard, WriteGuard, WriteScope, Writer, CHUNK},
};

use core::ptr::NonNull;

/// There are no large read-only executable mappings.
pub(crate) const HAS_LARGE_TEXT: bool = false;

/// A write may sleep.
pub(crate) const WRITES_SLEEP: bool = true;

/// Makes fresh text fetchable. No CPU has fetched it before, and `set_memory_rox()` has flushed.
pub(crate) fn sync_fetch(_start: NonNull<u8>, _len: usize) {}
