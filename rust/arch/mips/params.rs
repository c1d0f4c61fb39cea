// SPDX-License-Identifier: GPL-2.0

//! mips.
//!
//! Only a 64-bit kernel in the compatibility segment has a module area, and a row. Any other gets
//! the defaults. Source: `execmem_arch_setup()` in `arch/mips/mm/init.c`,
//! `arch/mips/include/asm/pgtable-64.h`.

use crate::params::{JitAllocParams, JitRange, JitType, Layout, Prot, NR_TYPES};

/// `break BRK_BUG` as `uasm_i_break()` has it, with which the kernel fills text of BPF
/// (`jit_fill_hole()` in `arch/mips/net/bpf_jit_comp.c`). Kernels are of either byte order.
pub(crate) const TRAP: [u8; 4] = 0x0000_030d_u32.to_ne_bytes();

/// Returns the table of ranges.
pub(crate) fn params(layout: &Layout) -> JitAllocParams {
    if layout.modules_start == 0 {
        return JitAllocParams::generic(layout);
    }
    let mut ranges = [JitRange::INHERITED; NR_TYPES];

    ranges[JitType::ModulesText.index()] = JitRange {
        start: layout.modules_start,
        end: layout.modules_end,
        fallback_start: 0,
        fallback_end: 0,
        prot: Prot::Kernel,
        alignment: 1,
        flags: 0,
    };
    JitAllocParams { ranges }
}
