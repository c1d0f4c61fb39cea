// SPDX-License-Identifier: GPL-2.0

//! nios2.
//!
//! The 32 MiB below the kernel, from where a call reaches it. The kernel's own row is
//! `PAGE_KERNEL_EXEC`, writable and executable; this one is not. The kernel's `MODULES_END` is the
//! last address, not the one after it. Source: `execmem_arch_setup()` in `arch/nios2/mm/init.c`.

use crate::params::{JitAllocParams, JitRange, JitType, Layout, Prot, NR_TYPES};

/// `trap 30`, the breakpoint of kgdb (`arch_kgdb_ops` in `arch/nios2/kernel/kgdb.c`): the kernel
/// generates no code of its own here, so there is no hole filler.
pub(crate) const TRAP: [u8; 4] = [0xba, 0x6f, 0x3b, 0x00];

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
