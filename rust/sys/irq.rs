// SPDX-License-Identifier: GPL-2.0

//! Interrupts that are off for a while.

use core::{marker::PhantomData, ops::Deref};
use kernel::types::NotThreadSafe;

use crate::sys::{abi, rcu::RcuReader};

/// Evidence that interrupts of this CPU are off.
///
/// # Invariants
///
/// They are as long as the value exists, unless [`Off::pause`] lets them in; `flags` says what was
/// before.
pub(crate) struct Off {
    flags: usize,
    _here: PhantomData<NotThreadSafe>,
}

impl Off {
    /// Makes the evidence.
    ///
    /// # Safety
    ///
    /// Interrupts are off as long as the value exists, and `flags` says what was before.
    #[inline]
    pub(crate) unsafe fn assume(flags: usize) -> Off {
        // INVARIANT: By this function's safety requirements.
        Off {
            flags,
            _here: PhantomData,
        }
    }

    /// Lets interrupts in, if they were on before.
    ///
    /// # Safety
    ///
    /// Nothing relies on interrupts having been off without a break.
    pub(crate) unsafe fn pause(&self) {
        // SAFETY: By the type invariant, that is what was before.
        unsafe { abi::jit_helper_irq_restore(self.flags) };
        // SAFETY: The one who made this evidence restores `flags`, which are the same as before.
        unsafe { abi::jit_helper_irq_save() };
    }

    /// Lets interrupts in, if they were on before, and others run who wait for this CPU: a kernel
    /// that does not preempt itself asks for that, and RCU tasks on one that does.
    ///
    /// # Safety
    ///
    /// As [`Off::pause`].
    ///
    /// # Context
    ///
    /// But for interrupts, the caller may sleep.
    pub(crate) unsafe fn pause_and_yield(&self) {
        // SAFETY: By the type invariant, that is what was before.
        unsafe { abi::jit_helper_irq_restore(self.flags) };
        // SAFETY: The caller may sleep, since interrupts are on again.
        unsafe { abi::jit_helper_cond_resched() };
        // SAFETY: The one who made this evidence restores `flags`, which are the same as before.
        unsafe { abi::jit_helper_irq_save() };
    }
}

/// Keeps interrupts of this CPU off.
pub(crate) struct Guard(Off);

impl Guard {
    /// Keeps interrupts off.
    #[inline]
    pub(crate) fn new() -> Guard {
        // SAFETY: `drop()` gives them back.
        let flags = unsafe { abi::jit_helper_irq_save() };

        // SAFETY: They are off until then.
        Guard(unsafe { Off::assume(flags) })
    }
}

impl Deref for Guard {
    type Target = Off;

    #[inline]
    fn deref(&self) -> &Off {
        &self.0
    }
}

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: By the type invariant of `Off`, that is what was before.
        unsafe { abi::jit_helper_irq_restore(self.0.flags) };
    }
}

// SAFETY: A CPU with interrupts off reports no quiescent state.
unsafe impl RcuReader for Off {}
