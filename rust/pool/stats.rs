// SPDX-License-Identifier: GPL-2.0

//! Counters.

use crate::{
    params::JitType,
    pool::histogram::Histogram,
    sys::{
        abi,
        atomic::{AtomicUsize, Relaxed},
    },
};

/// A number. Not an ordering of anything.
pub(crate) struct Counter(AtomicUsize);

impl Counter {
    const fn new() -> Counter {
        Counter(AtomicUsize::new(0))
    }

    /// Adds `n`.
    pub(crate) fn add(&self, n: usize) {
        self.0.fetch_add(n, Relaxed);
    }

    /// Replaces the number.
    pub(crate) fn set(&self, n: usize) {
        self.0.store(n, Relaxed);
    }

    /// Returns the number.
    pub(crate) fn get(&self) -> usize {
        self.0.load(Relaxed)
    }
}

/// What happens so often that each CPU counts it for itself.
#[derive(Clone, Copy)]
#[repr(u32)]
enum Event {
    Alloc = abi::JIT_EVENT_ALLOC,
    Free = abi::JIT_EVENT_FREE,
}

impl Event {
    #[inline]
    fn count(self, ty: JitType, bytes: usize) {
        // One number: UBSAN checks both indices of an array of arrays, which takes longer than to
        // count.
        let tally = self as u32 * abi::JIT_TYPE_MAX + ty as u32;

        // SAFETY: It is less than `JIT_EVENT_MAX` times that.
        unsafe { abi::jit_helper_tally_add(tally, bytes) };
    }

    fn sum(self, ty: abi::jit_type) -> Sum {
        // SAFETY: Both numbers are valid.
        let tally = unsafe { abi::jit_helper_tally(self as u32, ty) };

        Sum {
            count: tally.count,
            bytes: tally.bytes,
        }
    }
}

/// What one at a time counts.
pub(crate) struct Tally {
    count: AtomicUsize,
    bytes: AtomicUsize,
}

impl Tally {
    /// Makes one that is zero.
    pub(crate) const fn new() -> Tally {
        Tally {
            count: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        }
    }

    /// Counts something of `bytes`. If two do at a time, one of them may not be counted.
    #[inline]
    pub(crate) fn add(&self, bytes: usize) {
        let add = |to: &AtomicUsize, n: usize| {
            to.store(to.load(Relaxed).wrapping_add(n), Relaxed);
        };

        add(&self.count, 1);
        add(&self.bytes, bytes);
    }

    /// Returns what was counted.
    pub(crate) fn sum(&self) -> Sum {
        Sum {
            count: self.count.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
        }
    }
}

/// A count, and bytes that callers asked for.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sum {
    /// How many.
    pub(crate) count: usize,
    /// Bytes in all.
    pub(crate) bytes: usize,
}

impl Sum {
    /// Returns both together.
    pub(crate) fn and(self, other: Sum) -> Sum {
        Sum {
            count: self.count.wrapping_add(other.count),
            bytes: self.bytes.wrapping_add(other.bytes),
        }
    }

    /// Returns this one less another.
    pub(crate) fn less(self, other: Sum) -> Sum {
        Sum {
            count: self.count.wrapping_sub(other.count),
            bytes: self.bytes.wrapping_sub(other.bytes),
        }
    }
}

/// What has happened since the module was loaded.
pub(crate) struct Stats {
    /// Allocations that failed.
    pub(crate) failures: Counter,
    /// Allocations that waited for the worker, because there was no memory.
    pub(crate) waits: Counter,
    /// Calls that waited for the worker because they were barriers.
    pub(crate) barriers: Counter,
    /// Grace periods waited for.
    pub(crate) grace_periods: Counter,
    /// Packs that were made.
    pub(crate) packs_made: Counter,
    /// Packs that were given back.
    pub(crate) packs_returned: Counter,
    /// Callers' mistakes.
    pub(crate) misuses: Counter,
    /// Bytes of empty packs, when the worker last looked.
    pub(crate) empty_bytes: Counter,
    /// Nanoseconds to make a pack.
    pub(crate) grow_ns: Histogram,
    /// Nanoseconds that an allocation waited because there was no memory.
    pub(crate) wait_ns: Histogram,
    /// Nanoseconds of a grace period.
    pub(crate) grace_ns: Histogram,
    /// Nanoseconds of a run of the worker that had something to take back, the grace period
    /// included.
    pub(crate) reclaim_ns: Histogram,
    /// Nanoseconds of an allocation, while somebody watches.
    pub(crate) alloc_ns: Histogram,
    /// Nanoseconds of a write, while somebody watches.
    pub(crate) update_ns: Histogram,
    reclaimed: Counter,
    reclaimed_bytes: Counter,
}

impl Stats {
    /// Makes counters that are zero.
    pub(crate) const fn new() -> Stats {
        Stats {
            failures: Counter::new(),
            waits: Counter::new(),
            barriers: Counter::new(),
            grace_periods: Counter::new(),
            packs_made: Counter::new(),
            packs_returned: Counter::new(),
            misuses: Counter::new(),
            empty_bytes: Counter::new(),
            grow_ns: Histogram::new(),
            wait_ns: Histogram::new(),
            grace_ns: Histogram::new(),
            reclaim_ns: Histogram::new(),
            alloc_ns: Histogram::new(),
            update_ns: Histogram::new(),
            reclaimed: Counter::new(),
            reclaimed_bytes: Counter::new(),
        }
    }

    /// Counts an allocation of `bytes` that no per-CPU cache had.
    #[inline]
    pub(crate) fn alloc(&self, ty: JitType, bytes: usize) {
        Event::Alloc.count(ty, bytes);
    }

    /// Counts a free of `bytes`.
    ///
    /// # Context
    ///
    /// Any.
    #[inline]
    pub(crate) fn free(&self, ty: JitType, bytes: usize) {
        Event::Free.count(ty, bytes);
    }

    /// Counts that `count` allocations of `bytes` in all are taken back that had been freed.
    pub(crate) fn reclaim(&self, count: usize, bytes: usize) {
        self.reclaimed.add(count);
        self.reclaimed_bytes.add(bytes);
    }

    /// Returns all allocations that were counted here.
    pub(crate) fn allocs(&self) -> Sum {
        Event::Alloc.sum(abi::JIT_TYPE_MAX)
    }

    /// Returns all frees.
    pub(crate) fn frees(&self) -> Sum {
        Event::Free.sum(abi::JIT_TYPE_MAX)
    }

    /// Returns the allocations of `ty` that were counted here.
    pub(crate) fn allocs_of(&self, ty: JitType) -> Sum {
        Event::Alloc.sum(ty as u32)
    }

    /// Returns the frees of `ty`.
    pub(crate) fn frees_of(&self, ty: JitType) -> Sum {
        Event::Free.sum(ty as u32)
    }

    /// Returns what was freed and has been taken back.
    pub(crate) fn reclaimed(&self) -> Sum {
        Sum {
            count: self.reclaimed.get(),
            bytes: self.reclaimed_bytes.get(),
        }
    }

    /// Returns what is freed and not taken back yet.
    pub(crate) fn waiting(&self) -> Sum {
        let frees = self.frees();

        Sum {
            count: frees.count.saturating_sub(self.reclaimed.get()),
            bytes: frees.bytes.saturating_sub(self.reclaimed_bytes.get()),
        }
    }
}
