// SPDX-License-Identifier: GPL-2.0

//! User-mode Linux, and every architecture that the kernel has no row for.
//!
//! The kernel's own default is `PAGE_KERNEL_EXEC`, writable and executable; this one is not.
//! Source: `__execmem_init()` in `mm/execmem.c`. What traps is up to the architecture.

use crate::params::{JitAllocParams, Layout};

/// Returns the table of ranges: the defaults.
pub(crate) fn params(layout: &Layout) -> JitAllocParams {
    JitAllocParams::generic(layout)
}
