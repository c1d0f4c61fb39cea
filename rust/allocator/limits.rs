// SPDX-License-Identifier: GPL-2.0

//! What may be held, by all and by each owner, and what is retained. All may change at any time.

use kernel::{
    prelude::*,
    sync::{atomic, rcu},
    time::{delay::fsleep, Delta},
};

use crate::{
    allocator::{accounts::Charge, reclaim::synchronize_tasks, Allocator},
    placement::policy,
    pool::pack::{LiveBlock, Pack},
    sys::{atomic::Relaxed, misuse::Caller},
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

    /// Returns how many bytes each module may have; 0 is no limit.
    pub(crate) fn owner_limit(&self) -> usize {
        self.backing.owner_limit.load(atomic::Relaxed)
    }

    /// Changes how many bytes each module may have, of what is allocated from now on. If there was
    /// no limit, [`Allocator::count_live`] has to follow, unless nobody uses the allocator yet.
    pub(crate) fn set_owner_limit(&self, limit: usize) {
        self.backing.owner_limit.store(limit, atomic::Relaxed);
    }

    /// Has what was allocated without a limit in its owners' accounts, too. From when this returns,
    /// they are exact.
    ///
    /// # Context
    ///
    /// Process context, sleeps for a grace period of RCU tasks.
    pub(crate) fn count_live(&self) {
        for pool in self.pools() {
            // None is filled again: who sees no limit yet has its lock.
            while !pool.flush() {
                fsleep(Delta::from_millis(1));
            }
        }
        // Who has taken a block from a magazine before that has made it live by the end of this, and
        // so has who has not seen the limit in `count_new()`.
        synchronize_tasks();
        self.registry.each_live(|pack, live| self.count(pack, live));
    }

    /// Has a live block in its owner's account.
    fn count(&self, pack: &Pack, live: LiveBlock) {
        if live.block.is_counted() {
            return;
        }
        // First, so that who frees it takes away what is there.
        let account = self.accounts.of(live.block.owner());

        account.add(live.size);
        if !pack.count(live) {
            account.sub(live.size);
        }
    }

    /// Has the block at `addr`, which was allocated without a limit and is the caller's own, in its
    /// owner's account if there is a limit by now.
    pub(super) fn count_new(&self, addr: usize) {
        if self.owner_limit() == 0 {
            return;
        }
        let reading = rcu::read_lock();

        if let Some(pack) = self.registry.find(addr, &reading) {
            if let Some(live) = pack.live_from(addr) {
                self.count(pack, live);
            }
        }
    }

    /// Adds `size` bytes to the account of `owner`, if there is a limit. The log says so if that is
    /// too much.
    ///
    /// # Errors
    ///
    /// `ENOMEM` if it is.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(super) fn charge(&self, owner: Caller, size: usize) -> Result<Option<Charge<'_>>> {
        let limit = self.owner_limit();

        // A size of 0 is refused for another reason.
        if limit == 0 || size == 0 {
            return Ok(None);
        }
        let charge = || self.accounts.charge(owner, size, limit);
        let charged = charge().or_else(|refused| {
            // What was in a cache that is destroyed counts until that is freed.
            if self.caches.lock().has_dead() && self.wait_for_memory() {
                charge()
            } else {
                Err(refused)
            }
        });

        charged.map(Some).map_err(|refused| {
            owner.warn_owner_limit(size, refused.has, limit);
            self.stats.failures.add(1);
            ENOMEM
        })
    }
}
