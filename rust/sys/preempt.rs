// SPDX-License-Identifier: GPL-2.0

//! Preemption that is off for a while.

use core::marker::PhantomData;
use kernel::types::NotThreadSafe;

use crate::sys::rcu::RcuReader;

/// Evidence that this task is not preempted.
///
/// # Invariants
///
/// Preemption is off while the value exists.
pub(crate) struct Off(PhantomData<NotThreadSafe>);

impl Off {
    /// Makes the evidence.
    ///
    /// # Safety
    ///
    /// Preemption is off as long as the value exists.
    #[inline]
    pub(crate) unsafe fn assume() -> Off {
        // INVARIANT: By this function's safety requirements.
        Off(PhantomData)
    }
}

// SAFETY: A CPU with preemption off reports no quiescent state.
unsafe impl RcuReader for Off {}
