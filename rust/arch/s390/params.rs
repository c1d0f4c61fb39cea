// SPDX-License-Identifier: GPL-2.0

//! s390.
//!
//! Everything is in the module area, which a relative call reaches all of. The kernel starts it at
//! a random offset that it draws at boot. Source: `execmem_arch_setup()` in `arch/s390/mm/init.c`.

use crate::params::{JitAllocParams, JitRange, JitType, Layout, Prot, KASAN_SHADOW, NR_TYPES};

/// Zeroes, which are no instruction: `jit_fill_hole()`, with which the kernel fills text of BPF
/// (`arch/s390/net/bpf_jit_comp.c`).
pub(crate) const TRAP: [u8; 2] = [0; 2];

/// Returns the table of ranges: one, which all other types inherit.
pub(crate) fn params(layout: &Layout) -> JitAllocParams {
    let mut ranges = [JitRange::INHERITED; NR_TYPES];

    ranges[JitType::ModulesText.index()] = JitRange {
        start: layout.modules_start.saturating_add(layout.modules_offset),
        end: layout.modules_end,
        fallback_start: 0,
        fallback_end: 0,
        prot: Prot::Kernel,
        alignment: layout.modules_align,
        flags: KASAN_SHADOW,
    };
    JitAllocParams { ranges }
}
