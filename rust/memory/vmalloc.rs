// SPDX-License-Identifier: GPL-2.0

//! Owned ranges of vmalloc memory.
//!
//! C header: [`include/linux/vmalloc.h`](srctree/include/linux/vmalloc.h)

use core::ptr::NonNull;
use kernel::{page::page_align, page::PAGE_SIZE, prelude::*, sync::Arc};

use crate::{
    arch,
    memory::budget::{Budget, Charge},
    params::{random_start, JitRange},
    sys::{abi, fault, kfn::Kfn},
};

/// A range of kernel addresses with pages behind them.
///
/// Dropping it unmaps it, frees the pages, and gives them their permissions in the direct map back.
/// That may sleep.
///
/// # Invariants
///
/// - `start` was returned by [`Kfn::vmalloc_range`] for `len` bytes, and is owned by `self`.
/// - `len` is a multiple of the page size and not zero.
pub(crate) struct VmRange {
    start: NonNull<u8>,
    len: usize,
    // Given back after the pages.
    _charge: Charge,
}

// SAFETY: The range is a kernel mapping: it may be used and freed from any CPU.
unsafe impl Send for VmRange {}

// SAFETY: `&VmRange` gives the address and length only.
unsafe impl Sync for VmRange {}

impl VmRange {
    /// Allocates `size` bytes, rounded up to pages, where `range` says: in the range proper, or, if
    /// that is full, in its fallback. They begin at a multiple of `align`, if that is more than the
    /// range asks for.
    ///
    /// With random bits, the first free place behind a random one is looked for first.
    ///
    /// The pages are writable, not executable, and not initialised.
    ///
    /// # Errors
    ///
    /// `EINVAL` if `size` is 0, `E2BIG` if it is larger than both ranges, `ENOMEM` if there is no
    /// memory, no address space, or not enough left of `budget`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn new(
        kfn: Kfn,
        range: &JitRange,
        size: usize,
        align: usize,
        is_text: bool,
        budget: &Arc<Budget>,
        dice: Option<u64>,
    ) -> Result<VmRange> {
        if size == 0 {
            return Err(EINVAL);
        }
        let len = page_align(size).ok_or(E2BIG)?;
        let mut windows = range.windows(len).peekable();
        windows.peek().ok_or(E2BIG)?;
        let is_large = arch::HAS_LARGE_TEXT || !is_text;
        let charge = fault::point!(charge, Charge::new(budget, len))?;
        let align = align.max(range.alignment);
        let start = windows
            .find_map(|window| {
                let from =
                    |start| kfn.vmalloc_range(len, align, start, window.end, is_text, is_large);
                let random = dice.map(|dice| random_start(&window, len, align, dice));

                random.and_then(from).or_else(|| from(window.start))
            })
            .ok_or(ENOMEM)?;

        // INVARIANT: `start` comes from `vmalloc_range()` for `len` bytes; no other value has it.
        Ok(VmRange {
            start,
            len,
            _charge: charge,
        })
    }

    /// Returns the first address.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.start
    }

    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns the number of pages.
    pub(crate) fn nr_pages(&self) -> usize {
        self.len / PAGE_SIZE
    }
}

impl Drop for VmRange {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, `start` is a vmalloc allocation that `self` owns.
        unsafe { abi::jit_helper_vfree(self.start.as_ptr().cast()) };
    }
}
