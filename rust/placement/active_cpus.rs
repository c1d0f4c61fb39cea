// SPDX-License-Identifier: GPL-2.0

//! How many CPUs allocate from a pool.
//!
//! Pure but for the atomics.

use crate::sys::atomic::{AtomicU32, Relaxed};

/// The CPUs that have allocated in this round of the worker or in the one before, whichever are
/// more: a round that has just begun has seen few.
pub(crate) struct ActiveCpus {
    /// Counts rounds of the worker; not zero.
    round: AtomicU32,
    now: AtomicU32,
    before: AtomicU32,
}

/// The round in which a CPU has last allocated.
pub(crate) struct LastActive(u32);

impl LastActive {
    /// It has not allocated yet.
    pub(crate) const NEVER: LastActive = LastActive(0);
}

impl ActiveCpus {
    /// Returns none.
    pub(crate) fn new() -> ActiveCpus {
        ActiveCpus {
            round: AtomicU32::new(1),
            now: AtomicU32::new(0),
            before: AtomicU32::new(0),
        }
    }

    /// Notes that a CPU allocates.
    pub(crate) fn ask(&self, asked: &mut LastActive) {
        let round = self.round.load(Relaxed);

        if asked.0 != round {
            asked.0 = round;
            self.now.fetch_add(1, Relaxed);
        }
    }

    /// Returns how many CPUs have allocated lately.
    pub(crate) fn nr(&self) -> usize {
        self.now.load(Relaxed).max(self.before.load(Relaxed)) as usize
    }

    /// Begins the next round. There is one worker.
    pub(crate) fn next(&self) {
        let round = self.round.load(Relaxed).wrapping_add(1).max(1);

        self.round.store(round, Relaxed);
        self.before.store(self.now.swap(0, Relaxed), Relaxed);
    }
}
