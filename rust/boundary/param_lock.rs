// SPDX-License-Identifier: GPL-2.0

//! The kernel's lock of this module's parameters.
//!
//! They may be set and read as long as sysfs has them: before the module's initialisation begins,
//! and until after it has shut down. With the lock held, what a parameter is about stays.
//!
//! C source: `options.c`.

use core::marker::PhantomData;
use kernel::types::NotThreadSafe;

use crate::sys::abi;

/// Evidence that no parameter is set or read.
///
/// # Invariants
///
/// This task holds the lock.
pub(super) struct Locked(PhantomData<NotThreadSafe>);

impl Locked {
    /// Takes the lock.
    ///
    /// # Context
    ///
    /// Process context, may sleep. Not while this task sets or reads a parameter.
    pub(super) fn new() -> Locked {
        // SAFETY: May be called from process context.
        unsafe { abi::jit_helper_options_lock() };
        // INVARIANT: It was just taken.
        Locked(PhantomData)
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, it is held.
        unsafe { abi::jit_helper_options_unlock() };
    }
}
