// SPDX-License-Identifier: GPL-2.0

//! x86, 64 and 32 bit.
//!
//! Everything lives in the module area: all of it is within 2 GiB of the kernel image and of
//! modules, so a relative call reaches both ways. With 32 bits that is all of vmalloc memory, and
//! there is no cache. The kernel starts the area at a random offset that it draws at boot. Source:
//! `execmem_arch_setup()` in `arch/x86/mm/init.c`.

use crate::params::{JitAllocParams, JitRange, Layout, Prot, KASAN_SHADOW, ROX_CACHE};

/// `INT3`, one byte, so that a jump to any byte of a filled range traps.
pub(crate) const TRAP: [u8; 1] = [0xcc];

/// Returns the table of ranges.
pub(crate) fn params(layout: &Layout) -> JitAllocParams {
    let data = JitRange {
        start: layout.modules_start.saturating_add(layout.modules_offset),
        end: layout.modules_end,
        fallback_start: 0,
        fallback_end: 0,
        prot: Prot::Kernel,
        alignment: layout.modules_align,
        flags: KASAN_SHADOW,
    };
    let text = if layout.has_rox_cache {
        JitRange {
            prot: Prot::KernelRox,
            flags: KASAN_SHADOW | ROX_CACHE,
            ..data
        }
    } else {
        data
    };
    // Slots are written by poking only, so they start read-only with or without the cache.
    let kprobes = JitRange {
        prot: Prot::KernelRox,
        ..text
    };
    let bpf = if layout.has_bpf_rox { text } else { data };

    JitAllocParams {
        ranges: [text, data, kprobes, text, bpf],
    }
}
