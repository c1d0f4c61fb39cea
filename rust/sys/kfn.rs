// SPDX-License-Identifier: GPL-2.0

//! The closed set of kernel functions that the kernel does not export.
//!
//! C source: `kfn.c`, `resolve.c` and the `kfn.c` of the port.

use core::ptr::NonNull;
use kernel::{error::to_result, prelude::*};

use crate::sys::abi;

/// The right to call the functions of the set.
///
/// # Invariants
///
/// Every function of the set has been resolved.
#[derive(Clone, Copy)]
pub(crate) struct Kfn(());

impl Kfn {
    /// Resolves the set.
    ///
    /// # Errors
    ///
    /// `ENOENT` if the kernel lacks a function; otherwise what `jit_kfn_resolve()` returns, which
    /// has named the function in the log.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn resolve() -> Result<Kfn> {
        // SAFETY: A function without requirements.
        to_result(unsafe { abi::jit_kfn_resolve() })?;

        // INVARIANT: `jit_kfn_resolve()` resolved all of them.
        Ok(Kfn(()))
    }

    /// Allocates pages in `start..end` that are writable and not executable.
    ///
    /// `vfree()` of what is to become text also gives the pages their permissions in the direct map
    /// back. If `is_large` is set, large pages map what consists of them. Returns [`None`] if there
    /// is no memory, no address space, or if the arguments make no sense.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn vmalloc_range(
        self,
        len: usize,
        align: usize,
        start: usize,
        end: usize,
        is_text: bool,
        is_large: bool,
    ) -> Option<NonNull<u8>> {
        // SAFETY: No requirements but the set's being resolved, which the type invariant gives.
        NonNull::new(unsafe {
            abi::jit_helper_vmalloc_range(len, align, start, end, is_text, is_large).cast()
        })
    }

    /// Makes pages read-only and executable.
    ///
    /// # Safety
    ///
    /// `start` is page-aligned, and the `nr_pages` pages from there belong to one allocation of
    /// [`Kfn::vmalloc_range`] that the caller owns and that nothing writes to from now on.
    ///
    /// # Errors
    ///
    /// Those of `set_memory_rox()`; then some of the pages may have changed and some not.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) unsafe fn set_memory_rox(self, start: NonNull<u8>, nr_pages: c_int) -> Result {
        // SAFETY: The set is resolved by the type invariant; the caller owns the pages by this
        // function's safety requirements.
        to_result(unsafe { abi::jit_kfn_set_memory_rox(start.addr().get(), nr_pages) })
    }

    /// Takes `len` bytes of text from the kernel's own cache: read-only, executable, full of traps.
    ///
    /// Returns [`None`] if there is no memory, or no address space.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn execmem_alloc(self, len: usize) -> Option<NonNull<u8>> {
        // SAFETY: No requirements but the set's being resolved, which the type invariant gives.
        let ptr = unsafe { abi::jit_helper_execmem_alloc(len) };

        NonNull::new(ptr.cast())
    }

    /// Returns whether text of the kernel's own cache is part of an area that the cache gives back
    /// when all of it is free.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn execmem_is_large(self, start: NonNull<u8>) -> bool {
        // SAFETY: No requirements but the set's being resolved, which the type invariant gives.
        unsafe { abi::jit_helper_execmem_is_large(start.as_ptr().cast()) }
    }

    /// Gives text back to the kernel's own cache.
    ///
    /// # Safety
    ///
    /// `start` was returned by [`Kfn::execmem_alloc`], and nobody uses the text any more.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) unsafe fn execmem_free(self, start: NonNull<u8>) {
        // SAFETY: The set is resolved by the type invariant; nobody uses the text by this
        // function's safety requirements.
        unsafe { abi::jit_helper_execmem_free(start.as_ptr().cast()) };
    }
}
