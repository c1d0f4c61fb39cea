// SPDX-License-Identifier: GPL-2.0

//! When what was freed is taken back, and empty packs are given back, and by whom: the worker, who
//! waits for it, and who needs memory.

use kernel::{
    impl_has_delayed_work,
    sync::{Arc, ArcBorrow},
    time::msecs_to_jiffies,
    workqueue::{self, WorkItem},
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
        let reserve = match this.is_short.swap(0, Relaxed) {
            0 => Retain::Recent(this.reserve),
            _ => Retain::Bytes(0),
        };

        if this.reclaim(reserve) && this.is_closing.load(SeqCst) == 0 {
            // Another round has to see whether they are needed.
            Allocator::reclaim_soon(this.as_arc_borrow());
        }
    }
}

impl Allocator {
    /// Has the worker told that something was freed, unless it is.
    ///
    /// # Context
    ///
    /// Any.
    #[inline]
    pub(crate) fn wake_worker(&self) {
        #[cold]
        fn wake() {
            // SAFETY: A function without requirements.
            unsafe { abi::jit_helper_wake() };
        }

        if self.wakeup.is_needed() {
            wake();
        }
    }

    /// Has the worker reclaim after a while, for more frees to share its grace period.
    ///
    /// # Context
    ///
    /// Any but NMI.
    pub(crate) fn reclaim_soon(this: ArcBorrow<'_, Allocator>) {
        // If it is queued already, that run will find what was freed.
        let _ = workqueue::system_long().enqueue_delayed::<Arc<Allocator>, 0>(
            this.into(),
            msecs_to_jiffies(policy::RECLAIM_DELAY_MS),
        );
    }

    /// Returns how many bytes of packs nobody needs now.
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

    /// Takes back everything that was freed before, and leaves nothing of empty packs but the reserve.
    ///
    /// # Context
    ///
    /// Process context. Sleeps for a grace period if there was anything.
    pub(crate) fn barrier(&self) {
        self.reclaim(Retain::Bytes(self.reserve));
    }

    /// Takes back everything that was freed before. Each pool keeps what `keep` says of its empty packs.
    /// Returns whether any keeps more than the worker would if nobody needed it.
    ///
    /// # Context
    ///
    /// As [`Allocator::barrier`].
    pub(crate) fn reclaim(&self, keep: Retain) -> bool {
        let begun = self.runs_begun.load(SeqCst);
        let mut reclaimer = self.reclaimer.lock();

        // What began after the call has ended, and has taken back all that there was.
        if self.runs_begun.load(SeqCst) == begun {
            self.runs_begun.fetch_add(1, SeqCst);
            self.wakeup.begin();
            reclaimer.take_back(self.pools(), &self.caches, &self.registry, self.stats());
        }
        reclaimer.trim(
            self.pools(),
            &self.caches,
            &self.registry,
            self.stats(),
            keep,
        )
    }
}
