// SPDX-License-Identifier: GPL-2.0

//! When freed memory is reclaimed: by a worker, which alone waits for grace periods.
//!
//! A free wakes it after a while, so that many frees share a grace period. A large backlog, and an
//! allocation that waits for memory, wake it at once: the one work item is then due now, and if it
//! runs already, again when that run is over. It is never two, of which one would sleep for as long
//! as the other waits for a grace period.

use kernel::{
    bindings, container_of, impl_has_delayed_work,
    prelude::*,
    sync::{Arc, ArcBorrow},
    time::msecs_to_jiffies,
    workqueue::{self, RawWorkItem, WorkItem},
};

use crate::{
    allocator::Allocator,
    placement::policy::{self, Retain},
    sys::{
        abi,
        atomic::{Relaxed, SeqCst},
    },
};

impl_has_delayed_work! {
    impl HasDelayedWork<Self> for Allocator { self.work }
}

impl WorkItem for Allocator {
    type Pointer = Arc<Allocator>;

    fn run(this: Arc<Allocator>) {
        Allocator::work(this.as_arc_borrow());
    }
}

impl Allocator {
    /// Has the worker woken after a while because something was freed, unless it is to be already.
    ///
    /// # Context
    ///
    /// Any.
    #[inline]
    pub(crate) fn wake_worker(&self) {
        if self.wakeup.is_needed() {
            wake();
        }
    }

    /// Has the worker woken at once. Does not wait for it.
    ///
    /// # Context
    ///
    /// Any.
    #[cold]
    pub(crate) fn expedite(&self) {
        self.is_urgent.store(1, SeqCst);
        wake();
    }

    /// Queues the worker, at once if it was expedited, else after a while.
    ///
    /// # Context
    ///
    /// Any but NMI.
    pub(crate) fn queue_worker(this: ArcBorrow<'_, Allocator>) {
        // In either way: if it is queued already, that run will find what was freed.
        if this.is_urgent.swap(0, SeqCst) != 0 {
            enqueue_at_once(this.into());
        } else {
            let _ = workqueue::system_long().enqueue_delayed::<Arc<Allocator>, 0>(
                this.into(),
                msecs_to_jiffies(policy::RECLAIM_DELAY_MS),
            );
        }
    }

    /// A run of the worker.
    fn work(this: ArcBorrow<'_, Allocator>) {
        if this.reclaim() && this.is_closing.load(SeqCst) == 0 {
            // Another round has to see whether the empty packs are needed.
            Allocator::queue_worker(this);
        }
    }

    /// Returns how many bytes of empty packs there are.
    pub(crate) fn empty_bytes(&self) -> usize {
        self.stats().empty_bytes.get()
    }

    /// Has the worker give empty packs back to the kernel. Returns how many bytes it expects.
    ///
    /// # Context
    ///
    /// Any.
    pub(crate) fn shrink(&self) -> usize {
        let bytes = self.empty_bytes();

        if bytes > 0 {
            self.stats().empty_bytes.set(0);
            self.is_short.store(1, Relaxed);
            self.wake_worker();
        }
        bytes
    }

    /// Reclaims everything that was freed before, and gives empty packs back. Returns whether a
    /// pool retains more of them than it would if none had been needed lately.
    ///
    /// # Context
    ///
    /// Process context. Sleeps for a grace period if there was anything.
    pub(crate) fn reclaim(&self) -> bool {
        let mut reclaimer = self.reclaimer.lock();
        let begun = self.runs_begun.fetch_add(1, SeqCst);

        self.wakeup.begin();
        reclaimer.reclaim(
            self.pools(),
            &self.caches,
            &self.names,
            &self.registry,
            self.stats(),
            &self.accounts,
        );

        // Those who wait began to before the run that they wait for.
        let is_short = self.is_short.swap(0, Relaxed) != 0;
        let retain = if is_short || self.is_over_limit() || self.waiters.load(SeqCst) > 0 {
            Retain::Bytes(0)
        } else if self.barriers.load(SeqCst) > 0 {
            Retain::Bytes(self.reserve())
        } else {
            Retain::Recent(self.reserve())
        };
        let has_more = reclaimer.trim(
            self.pools(),
            &self.caches,
            &self.registry,
            self.stats(),
            retain,
        );

        self.runs_done.store(begun.wrapping_add(1), SeqCst);
        has_more
    }
}

/// Queues the worker, without a delay. If it waits for one, it does so no more.
fn enqueue_at_once(allocator: Arc<Allocator>) {
    // SAFETY: The closure returns `false` only if the work was in a queue, or about to be, and then
    // it is there with the reference that it was queued with. An `Arc` is `Send`, and this one has
    // no lifetime. The pointer is to the `work` of a `delayed_work`, by `HasDelayedWork`, and valid
    // in the closure. The queue is one of the kernel's own.
    let _ = unsafe {
        allocator.__enqueue(|work| {
            !bindings::mod_delayed_work_on(
                bindings::wq_misc_consts_WORK_CPU_UNBOUND as c_int,
                bindings::system_long_wq,
                container_of!(work, bindings::delayed_work, work),
                0,
            )
        })
    };
}

/// Has [`Allocator::queue_worker`] called from an interrupt of its own.
#[cold]
fn wake() {
    // SAFETY: A function without requirements.
    unsafe { abi::jit_helper_wake() };
}
