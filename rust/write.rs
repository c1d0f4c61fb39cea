// SPDX-License-Identifier: GPL-2.0

//! The one way that published text is written.
//!
//! The kernel's own poke maps the pages writable in an address space that only the writing CPU has
//! loaded, so no kernel page table ever holds a writable translation of text. On x86 instruction
//! fetch is coherent with that write; no CPU needs to be told.

use core::ptr::NonNull;
use kernel::prelude::*;

use crate::{kfn::Kfn, protect::ReadOnlyExec};

/// What to write.
#[derive(Clone, Copy)]
pub(crate) enum Source {
    /// As many bytes as the destination takes, from there.
    Copy(NonNull<u8>),
    /// This byte.
    Set(u8),
}

/// Writes `len` bytes at `offset` of `text`.
///
/// # Safety
///
/// The pointer of [`Source::Copy`] is valid for reads of `len` bytes during the call.
///
/// # Errors
///
/// `ERANGE` if the write would not stay inside `text`; nothing was written then.
///
/// # Context
///
/// Process context, may sleep.
pub(crate) unsafe fn write(
    kfn: Kfn,
    text: &ReadOnlyExec,
    offset: usize,
    source: Source,
    len: usize,
) -> Result {
    match offset.checked_add(len) {
        Some(end) if end <= text.len() => (),
        _ => return Err(ERANGE),
    }
    if len == 0 {
        return Ok(());
    }

    // SAFETY: `offset` is inside `text`, as was just checked.
    let dst = unsafe { text.start().add(offset) };
    match source {
        // SAFETY: `dst..dst + len` is inside `text`, which is borrowed for the call; the caller
        // answers for `src`.
        Source::Copy(src) => unsafe { kfn.text_poke_copy(dst, src, len) },
        // SAFETY: `dst..dst + len` is inside `text`, which is borrowed for the call.
        Source::Set(byte) => unsafe { kfn.text_poke_set(dst, byte, len) },
    }
}
