// SPDX-License-Identifier: GPL-2.0

//! sparc, 32 and 64 bit.
//!
//! The module area: on sparc64 the low 4 GiB, which the code model reaches, on sparc32 all of
//! vmalloc memory. Source: `execmem_arch_setup()` in `arch/sparc/mm/execmem.c`.

use crate::params::{JitAllocParams, JitRange, JitType, Layout, Prot, NR_TYPES};

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
