// SPDX-License-Identifier: GPL-2.0

//! What only the running machine knows: whether a port can serve it, and its [`Layout`].
//!
//! C source: `layout.c` of the port.

use core::mem::MaybeUninit;
use kernel::{error::to_result, prelude::*};

use crate::{
    params::Layout,
    sys::{abi, kfn::Kfn},
};

/// Checks that text can be written on this machine.
///
/// # Errors
///
/// `ENODEV` if it cannot; one line in the log says why.
pub(crate) fn check() -> Result {
    // SAFETY: A function without requirements.
    to_result(unsafe { abi::jit_port_check() })
}

/// Collects what only the running kernel knows.
///
/// # Errors
///
/// `ENOENT` if what has to be read of the kernel is not where it should be, `ENOMEM`. One line in
/// the log says so.
///
/// # Context
///
/// Process context, may sleep.
pub(crate) fn layout(_kfn: Kfn) -> Result<Layout> {
    let mut raw = MaybeUninit::<abi::jit_layout>::zeroed();

    // SAFETY: `raw` is valid for writes; the functions are resolved, since there is a `Kfn`.
    to_result(unsafe { abi::jit_port_layout(raw.as_mut_ptr()) })
        .inspect_err(|err| pr_err!("cannot read the kernel's layout: {:?}\n", err))?;
    // SAFETY: `jit_port_layout()` succeeded, so it filled in every field.
    let raw = unsafe { raw.assume_init() };

    Ok(Layout {
        page_size: raw.page_size,
        pmd_size: raw.pmd_size,
        kernel_start: raw.kernel_start,
        vmalloc_start: raw.vmalloc_start,
        vmalloc_end: raw.vmalloc_end,
        modules_start: raw.modules_start,
        modules_end: raw.modules_end,
        modules_offset: raw.modules_offset,
        modules_align: raw.modules_align,
        module_direct_base: raw.module_direct_base,
        module_plt_base: raw.module_plt_base,
        has_rox_cache: raw.has_rox_cache,
        has_bpf_rox: raw.has_bpf_rox,
        has_module_plts: raw.has_module_plts,
        ..Layout::NONE
    })
}
