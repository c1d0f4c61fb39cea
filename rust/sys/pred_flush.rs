// SPDX-License-Identifier: GPL-2.0

//! The kernel's barrier for branch predictors.
//!
//! C source: `helpers.c`.

use crate::sys::{abi, kfn::Kfn};

/// The right to have branch predictors forget.
///
/// # Invariants
///
/// Kernel and processor have a barrier.
pub(crate) struct PredFlush(());

impl PredFlush {
    /// Returns it, if kernel and processor have a barrier. The set of functions has been resolved.
    pub(crate) fn new(_kfn: Kfn) -> Option<PredFlush> {
        // SAFETY: The set is resolved by the invariants of `Kfn`.
        let has_one = unsafe { abi::jit_helper_has_pred_flush() };

        // INVARIANT: It was just looked for.
        has_one.then_some(PredFlush(()))
    }

    /// Has the branch predictors of all CPUs forget what they have learned.
    ///
    /// # Context
    ///
    /// Process context, may sleep. Interrupts all CPUs.
    pub(crate) fn flush(&self) {
        // SAFETY: There is a barrier by the type invariant, and this is process context.
        unsafe { abi::jit_helper_pred_flush() };
    }
}
