// SPDX-License-Identifier: GPL-2.0

//! powerpc.
//!
//! With a module area, which some 32-bit platforms have: text is within 32 MiB of the end of the
//! kernel's text if the area gets that far, and else, or when that is full, anywhere in it. Without
//! one, text is anywhere in vmalloc memory, as kprobes and data are in any case. Where
//! `strict_module_rwx_enabled()` says no, the kernel's text is `PAGE_KERNEL_EXEC`, writable and
//! executable; this is not. Source: `execmem_arch_setup()` in `arch/powerpc/mm/mem.c`.

use crate::params::{JitAllocParams, JitRange, Layout, Prot};

/// `BREAKPOINT_INSTRUCTION`, `trap`, with which the kernel fills text of BPF
/// (`bpf_jit_fill_ill_insns()` in `arch/powerpc/net/bpf_jit_comp.c`). Kernels are of either byte
/// order.
pub(crate) const TRAP: [u8; 4] = 0x7fe0_0008_u32.to_ne_bytes();

/// Bytes that a branch reaches, `SZ_32M`.
const REACH: usize = 32 << 20;

/// Returns the table of ranges.
pub(crate) fn params(layout: &Layout) -> JitAllocParams {
    let (start, end) = (layout.modules_start, layout.modules_end);
    let limit = layout.kernel_text_end.saturating_sub(REACH);
    let anywhere = (layout.vmalloc_start, layout.vmalloc_end);
    let (text, fallback) = if start == 0 {
        (anywhere, (0, 0))
    } else if start < layout.page_offset && end > limit {
        ((limit, end), (start, end))
    } else {
        ((start, end), (0, 0))
    };
    let modules = JitRange {
        start: text.0,
        end: text.1,
        fallback_start: fallback.0,
        fallback_end: fallback.1,
        prot: Prot::Kernel,
        alignment: 1,
        flags: 0,
    };
    let data = JitRange {
        start: layout.vmalloc_start,
        end: layout.vmalloc_end,
        fallback_start: 0,
        fallback_end: 0,
        prot: Prot::Kernel,
        alignment: 1,
        flags: 0,
    };
    let kprobes = JitRange {
        prot: Prot::KernelRox,
        ..data
    };

    JitAllocParams {
        ranges: [
            modules,
            data,
            kprobes,
            JitRange::INHERITED,
            JitRange::INHERITED,
        ],
    }
}
