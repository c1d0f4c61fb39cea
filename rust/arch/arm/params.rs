// SPDX-License-Identifier: GPL-2.0

//! arm.
//!
//! Everything is just below the kernel image, where a branch reaches it; with veneers for modules
//! (`CONFIG_ARM_MODULE_PLTS`) it may be anywhere. The kernel's own row is `PAGE_KERNEL_EXEC`,
//! writable and executable; this one is not. Source: `execmem_arch_setup()` in
//! `arch/arm/mm/init.c`.

use crate::params::{JitAllocParams, JitRange, JitType, Layout, Prot, NR_TYPES};

/// `ARM_INST_UDF`, `UDF #0xdde1`, with which the kernel fills text of BPF
/// (`arch/arm/net/bpf_jit_32.h`).
pub(crate) const TRAP: [u8; 4] = 0xe7fd_def1_u32.to_le_bytes();

/// Returns the table of ranges: one, which all other types inherit.
pub(crate) fn params(layout: &Layout) -> JitAllocParams {
    let mut ranges = [JitRange::INHERITED; NR_TYPES];
    let (fallback_start, fallback_end) = if layout.has_module_plts {
        (layout.vmalloc_start, layout.vmalloc_end)
    } else {
        (0, 0)
    };

    ranges[JitType::ModulesText.index()] = JitRange {
        start: layout.modules_start,
        end: layout.modules_end,
        fallback_start,
        fallback_end,
        prot: Prot::Kernel,
        alignment: 1,
        flags: 0,
    };
    JitAllocParams { ranges }
}
