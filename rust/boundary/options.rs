// SPDX-License-Identifier: GPL-2.0

//! Module parameters: read, checked, and shown as they are in effect.
//!
//! C source: `options.c`.

use kernel::prelude::*;

use crate::{
    allocator::Options,
    params::ValidParams,
    placement::policy,
    sys::abi, //
};

/// Reads the parameters. What they come to can be read back in sysfs.
///
/// # Errors
///
/// `EINVAL` if the limit is more than the machine's memory; one line in the log says so.
///
/// # Context
///
/// While the module is loaded, before anything is published.
pub(crate) fn options(params: &ValidParams) -> Result<Options> {
    // SAFETY: A function without requirements.
    let memory = unsafe { abi::jit_helper_totalram() };
    let given = &raw mut abi::jit_options;
    // SAFETY: Parameters are set before the module's initialisation begins, and sysfs only reads
    // them.
    let abi::jit_options { limit, reserve } = unsafe { given.read() };

    if limit > memory {
        pr_err!("limit={limit}: the machine has {memory} bytes of memory\n");
        return Err(EINVAL);
    }
    let limit = match limit {
        0 => policy::default_limit(memory, params.smallest_area()),
        limit => limit,
    };

    // SAFETY: Nothing else writes to it after initialisation began, and a reader sees one value or
    // the other.
    unsafe { (&raw mut (*given).limit).write(limit) };
    Ok(Options { limit, reserve })
}
