// SPDX-License-Identifier: GPL-2.0

//! Counters.

use kernel::sync::atomic::{Atomic, Relaxed};

use crate::params::{JitType, NR_TYPES};

/// A number that goes up, and for some also down. Not an ordering of anything.
pub(crate) struct Counter(Atomic<usize>);

impl Counter {
    const fn new() -> Counter {
        Counter(Atomic::new(0))
    }

    /// Adds `n`.
    pub(crate) fn add(&self, n: usize) {
        self.0.fetch_add(n, Relaxed);
    }

    /// Takes `n` off.
    pub(crate) fn sub(&self, n: usize) {
        self.0.fetch_sub(n, Relaxed);
    }

    /// Returns the number.
    pub(crate) fn get(&self) -> usize {
        self.0.load(Relaxed)
    }
}

/// What is allocated of one type.
pub(crate) struct Live {
    /// Live allocations.
    pub(crate) count: Counter,
    /// Bytes that their callers asked for.
    pub(crate) bytes: Counter,
}

/// What has happened since the module was loaded.
pub(crate) struct Stats {
    live: [Live; NR_TYPES],
    /// Allocations that succeeded.
    pub(crate) allocs: Counter,
    /// Allocations that failed.
    pub(crate) failures: Counter,
    /// Allocations that were freed.
    pub(crate) frees: Counter,
    /// Writes to text.
    pub(crate) updates: Counter,
    /// Bytes written by them.
    pub(crate) updated_bytes: Counter,
    /// Grace periods waited for.
    pub(crate) grace_periods: Counter,
    /// Bytes of mappings that are freed and not taken back yet.
    pub(crate) pending_bytes: Counter,
    /// Callers' mistakes.
    pub(crate) misuses: Counter,
}

impl Stats {
    /// Makes counters that are zero.
    pub(crate) const fn new() -> Stats {
        Stats {
            live: [const {
                Live {
                    count: Counter::new(),
                    bytes: Counter::new(),
                }
            }; NR_TYPES],
            allocs: Counter::new(),
            failures: Counter::new(),
            frees: Counter::new(),
            updates: Counter::new(),
            updated_bytes: Counter::new(),
            grace_periods: Counter::new(),
            pending_bytes: Counter::new(),
            misuses: Counter::new(),
        }
    }

    /// Returns what is allocated of `ty`.
    pub(crate) fn live(&self, ty: JitType) -> &Live {
        &self.live[ty.index()]
    }
}
