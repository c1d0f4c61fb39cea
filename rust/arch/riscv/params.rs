// SPDX-License-Identifier: GPL-2.0

//! riscv, 64 and 32 bit.
//!
//! Modules are within 2 GiB of the kernel image, text of BPF in the 128 MiB before it, kprobes
//! anywhere. With 32 bits the module area is all of vmalloc memory. Without `CONFIG_STRICT_MODULE_RWX` the kernel's kprobes are `PAGE_KERNEL_EXEC`,
//! writable and executable; here they never are. Source: `execmem_arch_setup()` in
//! `arch/riscv/mm/init.c`, `arch/riscv/include/asm/pgtable.h`.

use crate::params::{JitAllocParams, JitRange, Layout, Prot};

/// Zeroes, which are no instruction of any length: `bpf_fill_ill_insns()`, with which the kernel
/// fills text of BPF (`arch/riscv/net/bpf_jit.h`).
pub(crate) const TRAP: [u8; 2] = [0; 2];

/// Returns the table of ranges.
pub(crate) fn params(layout: &Layout) -> JitAllocParams {
    let modules = JitRange {
        start: layout.modules_start,
        end: layout.modules_end,
        fallback_start: 0,
        fallback_end: 0,
        prot: Prot::Kernel,
        alignment: 1,
        flags: 0,
    };
    let kprobes = JitRange {
        start: layout.vmalloc_start,
        end: layout.vmalloc_end,
        fallback_start: 0,
        fallback_end: 0,
        prot: Prot::KernelRox,
        alignment: 1,
        flags: 0,
    };
    let bpf = JitRange {
        start: layout.bpf_start,
        end: layout.bpf_end,
        fallback_start: 0,
        fallback_end: 0,
        prot: Prot::Kernel,
        alignment: layout.page_size,
        flags: 0,
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
