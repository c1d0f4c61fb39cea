// SPDX-License-Identifier: GPL-2.0

//! loongarch, 64 and 32 bit.
//!
//! Only a 64-bit kernel has a module area, and a row; a 32-bit one gets the defaults. The first
//! 256 MiB of the area are for text, which a branch reaches from end to end; the rest is for data.
//! The kernel's `PAGE_KERNEL` is executable there. A port has to map by one that is not, which the
//! architecture has. Source: `execmem_arch_setup()` in `arch/loongarch/mm/init.c`,
//! `arch/loongarch/include/asm/pgtable.h`.

use crate::params::{JitAllocParams, JitRange, Layout, Prot};

/// `INSN_BREAK`, `break 0`, with which the kernel fills text of BPF (`jit_fill_hole()` in
/// `arch/loongarch/net/bpf_jit.c`).
pub(crate) const TRAP: [u8; 4] = 0x002a_0000_u32.to_le_bytes();

/// Bytes of the module area that are for text, `MODULES_TEXT_END - MODULES_TEXT_START`.
const TEXT: usize = 256 << 20;

/// Returns the table of ranges.
pub(crate) fn params(layout: &Layout) -> JitAllocParams {
    if layout.modules_start == 0 {
        return JitAllocParams::generic(layout);
    }
    let text = JitRange {
        start: layout.modules_start,
        end: layout.modules_start.wrapping_add(TEXT),
        fallback_start: 0,
        fallback_end: 0,
        prot: Prot::Kernel,
        alignment: 1,
        flags: 0,
    };
    let data = JitRange {
        start: text.end,
        end: layout.modules_end,
        fallback_start: 0,
        fallback_end: 0,
        prot: Prot::Kernel,
        alignment: 1,
        flags: 0,
    };

    JitAllocParams {
        ranges: [
            text,
            data,
            JitRange::INHERITED,
            JitRange::INHERITED,
            JitRange::INHERITED,
        ],
    }
}
