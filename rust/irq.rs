// SPDX-License-Identifier: GPL-2.0

//! Interrupts that are off for a while.

use core::{cell::Cell, marker::PhantomData};
use kernel::{sync::rcu, types::NotThreadSafe};

use crate::abi;

/// Evidence that interrupts of this CPU are off.
///
/// # Invariants
///
/// They were when the value was made, and stay off while it exists; `flags` says what was before.
pub(crate) struct Off {
    flags: Cell<usize>,
    _here: PhantomData<NotThreadSafe>,
}

impl Off {
    /// Keeps interrupts off.
    #[inline]
    pub(crate) fn new() -> Off {
        // INVARIANT: They are off now.
        Off {
            // SAFETY: `drop()` gives them back.
            flags: Cell::new(unsafe { abi::jit_helper_irq_save() }),
            _here: PhantomData,
        }
    }

    /// Lets interrupts in, if they were on before.
    ///
    /// # Safety
    ///
    /// Nobody relies on their having been off all the time.
    pub(crate) unsafe fn pause(&self) {
        // SAFETY: By the type invariant, that is what was before.
        unsafe { abi::jit_helper_irq_restore(self.flags.get()) };
        // SAFETY: `drop()` gives them back.
        self.flags.set(unsafe { abi::jit_helper_irq_save() });
    }
}

impl Drop for Off {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: By the type invariant, that is what was before.
        unsafe { abi::jit_helper_irq_restore(self.flags.get()) };
    }
}

/// Evidence that no grace period of RCU ends that has not begun yet.
///
/// # Safety
///
/// It does not, as long as the value exists.
pub(crate) unsafe trait Reading {}

// SAFETY: The read lock is held.
unsafe impl Reading for rcu::Guard {}

// SAFETY: A CPU with interrupts off reports no quiescent state.
unsafe impl Reading for Off {}
