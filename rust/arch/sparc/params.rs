// SPDX-License-Identifier: GPL-2.0

//! sparc, 32 and 64 bit.
//!
//! The module area: on sparc64 the low 4 GiB, which the code model reaches, on sparc32 all of
//! vmalloc memory. Source: `execmem_arch_setup()` in `arch/sparc/mm/execmem.c`.

use crate::params::{JitAllocParams, JitRange, JitType, Layout, Prot, NR_TYPES};

/// `ta 5`, with which the kernel fills text of BPF (`jit_fill_hole()` in
/// `arch/sparc/net/bpf_jit_comp_64.c`). A 32-bit kernel fills with nothing of its own.
pub(crate) const TRAP: [u8; 4] = 0x91d0_2005_u32.to_be_bytes();

/// Returns the table of ranges: one, which all other types inherit.
pub(crate) fn params(layout: &Layout) -> JitAllocParams {
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
