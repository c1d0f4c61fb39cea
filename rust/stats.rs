// SPDX-License-Identifier: GPL-2.0

//! Counters.

use kernel::sync::atomic::{Atomic, Relaxed};

use crate::{abi, params::JitType};

/// A number. Not an ordering of anything.
pub(crate) struct Counter(Atomic<usize>);

impl Counter {
    const fn new() -> Counter {
        Counter(Atomic::new(0))
    }

    /// Adds `n`.
    pub(crate) fn add(&self, n: usize) {
        self.0.add(n, Relaxed);
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
        // SAFETY: Both numbers are valid.
        unsafe { abi::jit_helper_tally_add(self as u32, ty as u32, bytes) };
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

/// A count, and bytes that callers asked for.
#[derive(Clone, Copy)]
pub(crate) struct Sum {
    /// How many.
    pub(crate) count: usize,
    /// Bytes in all.
    pub(crate) bytes: usize,
}

/// What has happened since the module was loaded.
pub(crate) struct Stats {
    /// Allocations that failed.
    pub(crate) failures: Counter,
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
    reclaimed: Counter,
    reclaimed_bytes: Counter,
}

impl Stats {
    /// Makes counters that are zero.
    pub(crate) const fn new() -> Stats {
        Stats {
            failures: Counter::new(),
            grace_periods: Counter::new(),
            packs_made: Counter::new(),
            packs_returned: Counter::new(),
            misuses: Counter::new(),
            empty_bytes: Counter::new(),
            reclaimed: Counter::new(),
            reclaimed_bytes: Counter::new(),
        }
    }

    /// Counts an allocation of `bytes`.
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

    /// Returns all allocations that succeeded.
    pub(crate) fn allocs(&self) -> Sum {
        Event::Alloc.sum(abi::JIT_TYPE_MAX)
    }

    /// Returns all frees.
    pub(crate) fn frees(&self) -> Sum {
        Event::Free.sum(abi::JIT_TYPE_MAX)
    }

    /// Returns what is allocated of `ty`. While others allocate and free, it is a moment's guess.
    pub(crate) fn live(&self, ty: JitType) -> Sum {
        // In this order, or a free could be seen without its allocation.
        let frees = Event::Free.sum(ty as u32);
        let allocs = Event::Alloc.sum(ty as u32);

        Sum {
            count: allocs.count.wrapping_sub(frees.count),
            bytes: allocs.bytes.wrapping_sub(frees.bytes),
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
