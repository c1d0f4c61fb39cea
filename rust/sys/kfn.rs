// SPDX-License-Identifier: GPL-2.0

//! The closed set of kernel functions that the kernel does not export.
//!
//! C source: `resolve.c`, which says how they are reached.

use core::{mem::MaybeUninit, ptr::NonNull};
use kernel::{error::to_result, prelude::*};

use crate::{params::Layout, sys::abi};

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

    /// Collects what only the running kernel knows.
    ///
    /// # Errors
    ///
    /// `ENOENT` if the kernel's own table of ranges is not where it should be, `ENOMEM`. One line
    /// in the log says so.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn layout(self) -> Result<Layout> {
        let mut raw = MaybeUninit::<abi::jit_layout>::zeroed();

        // SAFETY: `raw` is valid for writes; the set is resolved by the type invariant.
        to_result(unsafe { abi::jit_helper_layout(raw.as_mut_ptr()) })
            .inspect_err(|err| pr_err!("cannot read the kernel's execmem_info: {:?}\n", err))?;
        // SAFETY: `jit_helper_layout()` succeeded, so it filled in every field.
        let raw = unsafe { raw.assume_init() };

        Ok(Layout {
            page_size: raw.page_size,
            pmd_size: raw.pmd_size,
            kernel_start: raw.kernel_start,
            vmalloc_start: raw.vmalloc_start,
            vmalloc_end: raw.vmalloc_end,
            modules_start: raw.modules_start,
            modules_end: raw.modules_end,
            modules_offset: raw.modules_offset,
            modules_align: raw.modules_align,
            has_rox_cache: raw.has_rox_cache,
            has_bpf_rox: raw.has_bpf_rox,
        })
    }

    /// Allocates pages in `start..end` that are writable and not executable.
    ///
    /// `vfree()` of what is to become text also gives the pages their permissions in the direct map
    /// back. Returns [`None`] if there is no memory, no address space, or if the arguments make no sense.
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
    ) -> Option<NonNull<u8>> {
        // SAFETY: No requirements but the set's being resolved, which the type invariant gives.
        let ptr = unsafe { abi::jit_helper_vmalloc_range(len, align, start, end, is_text) };

        NonNull::new(ptr.cast())
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
        // SAFETY: The set is resolved by the type invariant; the caller answers for the pages.
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
        // SAFETY: The set is resolved by the type invariant; the caller answers for the text.
        unsafe { abi::jit_helper_execmem_free(start.as_ptr().cast()) };
    }
}
