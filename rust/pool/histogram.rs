// SPDX-License-Identifier: GPL-2.0

//! Histograms by powers of two.
//!
//! Pure but for the atomics. Slices are read by `get()`, so that nothing can panic.

use crate::sys::atomic::{AtomicUsize, Relaxed};

/// Powers of two that have a bucket of their own; what is above is in the last one. In nanoseconds,
/// that is a quarter of an hour.
const BUCKETS: usize = 40;

/// How many numbers there were of each power of two.
pub(crate) struct Histogram([AtomicUsize; BUCKETS]);

impl Histogram {
    /// Makes an empty one.
    pub(crate) const fn new() -> Histogram {
        Histogram([const { AtomicUsize::new(0) }; BUCKETS])
    }

    /// Counts a number. Zero is counted as one.
    pub(crate) fn add(&self, n: u64) {
        // CAST: It is less than the bits of a word.
        let log = n.checked_ilog2().unwrap_or(0) as usize;

        if let Some(bucket) = self.0.get(log.min(BUCKETS.wrapping_sub(1))) {
            bucket.fetch_add(1, Relaxed);
        }
    }

    /// Iterates over the buckets that are not empty: the least number of each, and how many there
    /// were from that to twice as much.
    pub(crate) fn each(&self) -> impl Iterator<Item = (u64, usize)> + '_ {
        let mut least = 1_u64;

        self.0.iter().filter_map(move |bucket| {
            let this = least;
            let count = bucket.load(Relaxed);

            least = least.wrapping_mul(2);
            (count > 0).then_some((this, count))
        })
    }
}
