// SPDX-License-Identifier: GPL-2.0

//! The table of ranges, as C sees it.

use kernel::prelude::*;

use crate::{
    params::{self, JitRange, JitType, Prot, ValidParams},
    placement::policy,
    sys::abi,
};

// The two sides number types, flags and protections alike, and promise the same alignment.
const _: () = {
    assert!(policy::GRAIN == abi::JIT_ALIGN as usize);
    assert!(params::NR_TYPES == abi::JIT_TYPE_MAX as usize);
    assert!(JitType::ModulesText as u32 == abi::JIT_MODULES_TEXT);
    assert!(JitType::ModulesData as u32 == abi::JIT_MODULES_DATA);
    assert!(JitType::Kprobes as u32 == abi::JIT_KPROBES);
    assert!(JitType::Ftrace as u32 == abi::JIT_FTRACE);
    assert!(JitType::Bpf as u32 == abi::JIT_BPF);
    assert!(params::KASAN_SHADOW == abi::JIT_ALLOC_KASAN_SHADOW);
    assert!(params::ROX_CACHE == abi::JIT_ALLOC_ROX_CACHE);
    assert!(Prot::Kernel as u32 == abi::JIT_PROT_KERNEL);
    assert!(Prot::KernelRox as u32 == abi::JIT_PROT_KERNEL_ROX);
    assert!(Prot::KernelExec as u32 == abi::JIT_PROT_KERNEL_EXEC);
};

/// Converts valid parameters.
pub(crate) fn c_params(params: &ValidParams) -> abi::jit_alloc_params {
    abi::jit_alloc_params {
        ranges: JitType::ALL.map(|ty| c_range(params.range(ty))),
    }
}

fn c_range(range: &JitRange) -> abi::jit_range {
    abi::jit_range {
        start: range.start,
        end: range.end,
        fallback_start: range.fallback_start,
        fallback_end: range.fallback_end,
        // SAFETY: A function without requirements.
        pgprot: unsafe { abi::jit_helper_pgprot(range.prot as c_uint) },
        // CAST: An alignment is a power of two that fits a range, far below 4 GiB.
        alignment: range.alignment as c_uint,
        flags: range.flags,
    }
}
