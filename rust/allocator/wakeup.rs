// SPDX-License-Identifier: GPL-2.0

//! Whether the worker has been woken because something was freed.
//!
//! That takes an interrupt, so one free does it for all until the worker begins.
//!
//! Pure but for the atomics, which a model checker replaces.

use crate::sys::atomic::{AtomicU32, SeqCst};

/// A flag between frees and the worker.
pub(crate) struct Wakeup(AtomicU32);

impl Wakeup {
    /// Makes a flag that is clear.
    pub(crate) fn new() -> Wakeup {
        Wakeup(AtomicU32::new(0))
    }

    /// To be called after something was put where the worker looks, by a sequentially consistent
    /// operation. Returns whether the caller has to wake the worker.
    ///
    /// # Context
    ///
    /// Any.
    #[inline]
    pub(crate) fn is_needed(&self) -> bool {
        self.0.load(SeqCst) == 0 && self.0.swap(1, SeqCst) == 0
    }

    /// To be called by the worker, before it looks.
    pub(crate) fn begin(&self) {
        self.0.swap(0, SeqCst);
    }
}
