// SPDX-License-Identifier: GPL-2.0

//! What may be held, and what is retained. Both may change at any time.

use crate::{
    allocator::Allocator,
    placement::policy,
    sys::atomic::Relaxed, //
};

impl Allocator {
    /// Returns the limit that nobody has to set, on a machine with `memory` bytes of memory.
    pub(crate) fn default_limit(&self, memory: usize) -> usize {
        policy::default_limit(memory, self.params.smallest_area())
    }

    /// Changes how many bytes all allocations together may hold.
    ///
    /// If they hold more, nothing is taken from anybody: the pools do not grow until enough went
    /// back, and empty packs go back now.
    ///
    /// # Context
    ///
    /// Any.
    pub(crate) fn set_limit(&self, limit: usize) {
        self.budget().set_limit(limit);
        if self.is_over_limit() {
            self.expedite();
        }
    }

    /// Returns whether more is held than the limit allows by now.
    pub(crate) fn is_over_limit(&self) -> bool {
        self.budget().is_exceeded()
    }

    /// Returns how many bytes of empty packs each pool retains.
    pub(crate) fn reserve(&self) -> usize {
        self.reserve.load(Relaxed)
    }

    /// Changes how many bytes of empty packs each pool retains. What is more goes back as soon as
    /// it would have with this reserve from the beginning.
    ///
    /// # Context
    ///
    /// Any.
    pub(crate) fn set_reserve(&self, reserve: usize) {
        let before = self.reserve.swap(reserve, Relaxed);

        if reserve < before {
            self.wake_worker();
        }
    }
}
