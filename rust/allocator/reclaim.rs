// SPDX-License-Identifier: GPL-2.0

//! Reclaim: freed memory, from the free to its next use.
//!
//! A free marks a block and pushes its record onto a list. The worker takes all lists through one
//! grace period, so its cost is shared by all that was freed meanwhile. It waits for tasks that
//! were preempted inside text (RCU tasks), for CPUs on which RCU is not watching (RCU tasks rude),
//! as ftrace does for its trampolines; for tasks that sleep inside text, which run it in a
//! read-side critical section of RCU tasks trace, as sleepable BPF programs are; and for readers of
//! records (RCU).
//!
//! Then the blocks are made what fresh ones are and given back to their packs. A pack that has
//! become empty is retained for the next need: some in any case, the others for a while.

use kernel::{
    bindings,
    sync::{Arc, Mutex},
};

use crate::{
    allocator::{
        accounts::Accounts, caches::Caches, names::Names, registry::Registry, removed::RemovedPacks,
    },
    arch,
    params::JitType,
    placement::policy::Retain,
    pool::{
        pack::Pack,
        stats::{Stats, Sum},
        Pool,
    },
    sys::{
        abi,
        events::{self, Began},
    },
};

/// The state of a reclaim. It is under a mutex, so there is one at a time.
pub(crate) struct Reclaimer {
    removed: RemovedPacks,
}

impl Reclaimer {
    /// Makes one.
    pub(crate) const fn new() -> Reclaimer {
        Reclaimer {
            removed: RemovedPacks::new(),
        }
    }

    /// Reclaims everything that was freed before.
    ///
    /// # Context
    ///
    /// Process context, sleeps for a grace period if there was anything.
    pub(crate) fn reclaim(
        &mut self,
        pools: &[Arc<Pool>],
        caches: &Mutex<Caches>,
        names: &Mutex<Names>,
        registry: &Registry,
        stats: &Stats,
        accounts: &Accounts,
    ) {
        let mut any = false;
        {
            let mut caches = caches.lock();

            any |= caches.begin_grace();
            for pool in caches.and(pools) {
                any |= pool.collect();
            }
        }
        if !any {
            return;
        }
        let began = Began::now();
        grace_period(stats);
        let grace_ns = began.ns();
        let before = stats.reclaimed();

        {
            let mut caches = caches.lock();
            let mut names = names.lock();

            while let Some(cache) = caches.take_waiting() {
                for pool in cache.pools() {
                    self.clear_pool(pool, &mut names, registry, stats, accounts);
                }
            }
            names.remove_collected(caches.and(pools));
        }
        let removed = &mut self.removed;
        let mut reclaim = |pool: &Pool| {
            let id = |owner| accounts.of(owner).id();
            let done = |count, bytes| stats.reclaim(count, bytes);
            let gone = |pack: Arc<Pack>| forget(registry, removed, stats, &pack);

            // SAFETY: The grace periods have just passed for what was collected before them.
            unsafe { pool.reclaim(id, done, gone) };
        };

        // To overwrite text takes long: who makes a cache, or looks, does not wait for what all share.
        pools.iter().for_each(|pool| reclaim(pool));
        caches.lock().pools().for_each(reclaim);
        let Sum { count, bytes } = stats.reclaimed().less(before);
        let ns = began.ns();
        stats.grace_ns.add(grace_ns);
        stats.reclaim_ns.add(ns);
        events::reclaim(count, bytes, grace_ns, ns);
        free(&mut self.removed);
    }

    /// Gives empty packs back, except those that each pool retains by `retain`. Returns whether a
    /// pool retains more than its reserve, so that another round is due.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn trim(
        &mut self,
        pools: &[Arc<Pool>],
        caches: &Mutex<Caches>,
        registry: &Registry,
        stats: &Stats,
        retain: Retain,
    ) -> bool {
        let (mut empty, mut any_more) = (0_usize, false);

        for pool in caches.lock().and(pools) {
            if matches!(retain, Retain::Recent(_)) {
                pool.next_round();
            }
            let kept = pool.trim(retain, |pack| {
                forget(registry, &mut self.removed, stats, &pack);
            });

            empty = empty.wrapping_add(kept);
            any_more |= kept > retain.bytes();
        }
        free(&mut self.removed);
        stats.empty_bytes.set(empty);
        any_more
    }

    /// Takes all packs of a pool back.
    fn clear_pool(
        &mut self,
        pool: &Pool,
        names: &mut Names,
        registry: &Registry,
        stats: &Stats,
        accounts: &Accounts,
    ) {
        pool.clear(
            |block, size| {
                if let (true, Some(ty)) = (block.is_live(), JitType::from_raw(block.ty())) {
                    stats.free(ty, size);
                    if block.is_counted() {
                        accounts.remove(block, size);
                    }
                }
                stats.reclaim(1, size);
            },
            |pack| {
                names.remove_within(pack.start(), pack.len());
                forget(registry, &mut self.removed, stats, &pack);
            },
        );
    }

    /// Takes all packs of `pools` back, with the live blocks in them.
    ///
    /// # Context
    ///
    /// Process context, sleeps for a grace period.
    pub(crate) fn clear(
        &mut self,
        pools: &[Arc<Pool>],
        names: &Mutex<Names>,
        registry: &Registry,
        stats: &Stats,
        accounts: &Accounts,
    ) {
        grace_period(stats);
        for pool in pools {
            self.clear_pool(pool, &mut names.lock(), registry, stats, accounts);
        }
        free(&mut self.removed);
    }
}

/// Waits until no CPU and no task is in text any more that was freed before, nor looks at its
/// records.
fn grace_period(stats: &Stats) {
    // SAFETY: May be called from process context.
    unsafe { abi::jit_helper_synchronize_rcu_tasks() };
    // SAFETY: May be called from process context.
    unsafe { bindings::synchronize_rcu_tasks_rude() };
    // SAFETY: May be called from process context.
    unsafe { abi::jit_helper_synchronize_rcu_tasks_trace() };
    // SAFETY: May be called from process context.
    unsafe { bindings::synchronize_rcu() };
    stats.grace_periods.add(1);
}

/// Waits until every task that was in the middle of an allocation, and did not sleep, has ended it.
///
/// # Context
///
/// Process context, sleeps for a grace period of RCU tasks.
pub(crate) fn synchronize_tasks() {
    // SAFETY: May be called from process context.
    unsafe { abi::jit_helper_synchronize_rcu_tasks() };
}

/// Waits until no reader sees records or packs any more that were unlinked before.
///
/// # Context
///
/// Process context, sleeps.
pub(crate) fn synchronize_readers() {
    // SAFETY: May be called from process context.
    unsafe { bindings::synchronize_rcu() };
    if arch::WRITES_SLEEP {
        // SAFETY: May be called from process context.
        unsafe { abi::jit_helper_synchronize_rcu_tasks_trace() };
    }
}

/// Removes a pack that no pool has any more.
fn forget(registry: &Registry, removed: &mut RemovedPacks, stats: &Stats, pack: &Arc<Pack>) {
    events::shrink(pack.start(), pack.len(), pack.memory().is_text());
    removed.push(registry.remove(pack));
    stats.packs_returned.add(1);
}

/// Frees packs once no reader sees them any more.
fn free(removed: &mut RemovedPacks) {
    if removed.is_empty() {
        return;
    }
    synchronize_readers();
    // SAFETY: The grace period has just passed.
    unsafe { removed.free() };
}
