// SPDX-License-Identifier: GPL-2.0

//! Random numbers of the kernel, which nobody can guess.
//!
//! C header: [`include/linux/random.h`](srctree/include/linux/random.h)

use kernel::bindings;

/// Returns 64 random bits.
///
/// # Context
///
/// Any.
pub(crate) fn bits() -> u64 {
    // SAFETY: A function without requirements.
    unsafe { bindings::get_random_u64() }
}
