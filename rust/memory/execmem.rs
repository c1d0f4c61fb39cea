// SPDX-License-Identifier: GPL-2.0

//! Text that is borrowed from the kernel's own cache, within bounds.
//!
//! The kernel keeps large pages of text for itself and hands out parts of them. What a few small
//! programs need fits there: it takes no more memory than they need, and no change of permissions,
//! and is mapped by a large page all the same.
//!
//! But where that cache finds no room for a large page, it makes areas of just the size that is
//! asked for, and keeps them even when they are free. So little is borrowed, and nothing from such
//! areas.
//!
//! C header: [`include/linux/execmem.h`](srctree/include/linux/execmem.h)

use core::ptr::NonNull;
use kernel::{page::page_align, prelude::*, sync::Arc};

use crate::{
    memory::budget::{Budget, Charge},
    params::JitRange,
    sys::{fault, kfn::Kfn},
};

/// Pages of the kernel's cache.
///
/// Dropping it gives them back. That may sleep.
///
/// # Invariants
///
/// `start` was returned by [`Kfn::execmem_alloc`] for `len` bytes, and is owned by `self`.
pub(crate) struct ExecmemRange {
    kfn: Kfn,
    start: NonNull<u8>,
    len: usize,
    // Given back after the pages.
    _charges: [Charge; 2],
}

// SAFETY: The range is a kernel mapping: it may be used and freed from any CPU.
unsafe impl Send for ExecmemRange {}

// SAFETY: `&ExecmemRange` gives the address and length only.
unsafe impl Sync for ExecmemRange {}

impl ExecmemRange {
    /// Borrows `size` bytes, rounded up to pages, if they lie where `range` says.
    ///
    /// # Errors
    ///
    /// `E2BIG` if `size` is too large, `ENOMEM` if not enough is left of `budget`, or of
    /// `borrowed`, which bounds what is borrowed at a time; `ENOSPC` if the kernel's cache has no
    /// memory, no room for a large page, or is not in `range`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn new(
        kfn: Kfn,
        range: &JitRange,
        size: usize,
        budget: &Arc<Budget>,
        borrowed: &Arc<Budget>,
    ) -> Result<ExecmemRange> {
        let len = page_align(size).ok_or(E2BIG)?;
        let charges = [
            fault::point!(charge, Charge::new(budget, len))?,
            fault::point!(charge, Charge::new(borrowed, len))?,
        ];
        let start = kfn.execmem_alloc(len).ok_or(ENOSPC)?;
        // INVARIANT: `start` comes from `execmem_alloc()` for `len` bytes; no other value has it.
        let text = ExecmemRange {
            kfn,
            start,
            len,
            _charges: charges,
        };

        if !range.contains(start.addr().get(), len) || !kfn.execmem_is_large(start) {
            return Err(ENOSPC);
        }
        Ok(text)
    }

    /// Returns the first address.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.start
    }

    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

impl Drop for ExecmemRange {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, `start` comes from `execmem_alloc()`, and `self` owned it.
        unsafe { self.kfn.execmem_free(self.start) };
    }
}
