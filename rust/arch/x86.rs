// SPDX-License-Identifier: GPL-2.0

//! x86_64.

mod params;

pub(crate) use {
    super::page_tables::{Entry, PageTables},
    super::private_mm::{
        hold, ChunkedWrite, Mapping, ScopeGuard, WriteGuard, WriteScope, Writer, CHUNK,
    },
    params::{params, TRAP},
};

use core::ptr::NonNull;

/// Text may be mapped by large pages that are read-only and executable.
pub(crate) const HAS_LARGE_TEXT: bool = true;

/// A write keeps interrupts off.
pub(crate) const WRITES_SLEEP: bool = false;

/// Makes fresh text fetchable. Instruction fetch is coherent with writes.
#[inline]
pub(crate) fn sync_fetch(_start: NonNull<u8>, _len: usize) {}
