// SPDX-License-Identifier: GPL-2.0

//! Facts of the running kernel, as one value.
//!
//! Pure: imports `core` only, so that the host can test it.

/// Facts that are known only when the kernel runs.
///
/// Every architecture's row is computed from one of these, so that all rows can be tested on any
/// machine. Addresses in bytes, ends exclusive.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "a port reads what its row needs")]
pub(crate) struct Layout {
    /// `PAGE_SIZE`, a power of two.
    pub(crate) page_size: usize,
    /// `PMD_SIZE`, what a large page maps, a power of two.
    pub(crate) pmd_size: usize,
    /// First address that belongs to the kernel.
    pub(crate) kernel_start: usize,
    /// `VMALLOC_START`.
    pub(crate) vmalloc_start: usize,
    /// `VMALLOC_END`, made exclusive.
    pub(crate) vmalloc_end: usize,
    /// `MODULES_VADDR`.
    pub(crate) modules_start: usize,
    /// `MODULES_END`.
    pub(crate) modules_end: usize,
    /// Offset from `MODULES_VADDR` that the kernel drew at boot for modules.
    pub(crate) modules_offset: usize,
    /// `MODULE_ALIGN`.
    pub(crate) modules_align: usize,
    /// `module_direct_base`: modules here are within reach of a branch to the kernel; 0 if there is
    /// no room.
    pub(crate) module_direct_base: usize,
    /// `module_plt_base`: modules here are within 2 GiB of the kernel; 0 if there is no room.
    pub(crate) module_plt_base: usize,
    /// `PAGE_OFFSET`, where the direct map begins.
    pub(crate) page_offset: usize,
    /// `_etext`, where the kernel's text ends.
    pub(crate) kernel_text_end: usize,
    /// `BPF_JIT_REGION_START`, where BPF has a part of the module area for itself.
    pub(crate) bpf_start: usize,
    /// `BPF_JIT_REGION_END`.
    pub(crate) bpf_end: usize,
    /// Whether modules get veneers for what a branch does not reach.
    pub(crate) has_module_plts: bool,
    /// Whether the kernel keeps a cache of large read-only executable mappings.
    pub(crate) has_rox_cache: bool,
    /// Whether BPF takes its text from that cache; it does since Linux 7.3.
    pub(crate) has_bpf_rox: bool,
}

impl Layout {
    /// A kernel that has nothing of what only some have.
    pub(crate) const NONE: Layout = Layout {
        page_size: 0,
        pmd_size: 0,
        kernel_start: 0,
        vmalloc_start: 0,
        vmalloc_end: 0,
        modules_start: 0,
        modules_end: 0,
        modules_offset: 0,
        modules_align: 1,
        module_direct_base: 0,
        module_plt_base: 0,
        page_offset: 0,
        kernel_text_end: 0,
        bpf_start: 0,
        bpf_end: 0,
        has_module_plts: false,
        has_rox_cache: false,
        has_bpf_rox: false,
    };

    /// Returns whether `addr` is the start of a page.
    pub(crate) const fn is_page_aligned(&self, addr: usize) -> bool {
        addr & self.page_size.wrapping_sub(1) == 0
    }
}
