// SPDX-License-Identifier: GPL-2.0

//! Empty packs, for when the kernel needs their memory.
//!
//! C header: [`include/linux/shrinker.h`](srctree/include/linux/shrinker.h)

use kernel::{error::to_result, prelude::*};

use crate::sys::abi;

/// The kernel asks for empty packs as long as this exists.
///
/// # Invariants
///
/// The shrinker is registered.
pub(crate) struct Shrinker(());

impl Shrinker {
    /// Registers the shrinker. There is one at a time, because the module's state owns it.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn new() -> Result<Shrinker> {
        // SAFETY: None is registered.
        to_result(unsafe { abi::jit_helper_shrinker_register() })?;

        // INVARIANT: It is now.
        Ok(Shrinker(()))
    }
}

impl Drop for Shrinker {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, it is registered.
        unsafe { abi::jit_helper_shrinker_unregister() };
    }
}
