// SPDX-License-Identifier: GPL-2.0

//! arm64.
//!
//! Modules want to be where a branch reaches the kernel, which is 128 MiB, and else where its
//! veneers do, which is 2 GiB. The kernel draws both windows at boot, around its image; there is
//! none if the image is too large, and no first one if all of it is to be random. Kprobes and BPF
//! branch by register, so they are anywhere. Source: `execmem_arch_setup()` and
//! `module_init_limits()` in `arch/arm64/mm/init.c`.

use crate::params::{JitAllocParams, JitRange, Layout, Prot};

/// `AARCH64_BREAK_FAULT`, `BRK #0x100`, with which the kernel fills text of BPF.
pub(crate) const TRAP: [u8; 4] = 0xd420_2000_u32.to_le_bytes();

/// Bytes that a direct branch reaches, `SZ_128M`.
const DIRECT: usize = 128 << 20;

/// Bytes that a veneer reaches, `SZ_2G`.
const PLT: usize = 2 << 30;

/// Returns the addresses of `len` bytes from `base` on; none if `base` is zero.
const fn window(base: usize, len: usize) -> (usize, usize) {
    match base {
        0 => (0, 0),
        _ => (base, base.wrapping_add(len)),
    }
}

/// Returns the table of ranges.
pub(crate) fn params(layout: &Layout) -> JitAllocParams {
    let direct = window(layout.module_direct_base, DIRECT);
    let plt = window(layout.module_plt_base, PLT);
    let (text, fallback) = match direct {
        (0, _) => (plt, (0, 0)),
        _ => (direct, plt),
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
    let bpf = JitRange {
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
        ..bpf
    };

    JitAllocParams {
        ranges: [
            modules,
            JitRange::INHERITED,
            kprobes,
            JitRange::INHERITED,
            bpf,
        ],
    }
}
