// SPDX-License-Identifier: GPL-2.0

//! parisc.
//!
//! Anywhere in vmalloc memory. The kernel's own row is `PAGE_KERNEL_RWX`, writable and executable;
//! this one is not. Source: `execmem_arch_setup()` in `arch/parisc/mm/init.c`.

use crate::params::{JitAllocParams, JitRange, JitType, Layout, Prot, NR_TYPES};

/// Zeroes, which are `break 0,0`: `bpf_fill_ill_insns()`, with which the kernel fills text of BPF
/// (`arch/parisc/net/bpf_jit.h`).
pub(crate) const TRAP: [u8; 4] = [0; 4];

/// Returns the table of ranges: one, which all other types inherit.
pub(crate) fn params(layout: &Layout) -> JitAllocParams {
    let mut ranges = [JitRange::INHERITED; NR_TYPES];

    ranges[JitType::ModulesText.index()] = JitRange {
        start: layout.vmalloc_start,
        end: layout.vmalloc_end,
        fallback_start: 0,
        fallback_end: 0,
        prot: Prot::Kernel,
        alignment: 1,
        flags: 0,
    };
    JitAllocParams { ranges }
}
