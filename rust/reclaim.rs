// SPDX-License-Identifier: GPL-2.0

//! Freed memory, from the free to its next use.
//!
//! A free marks a block and pushes its record onto a list. Whoever reclaims takes all lists through
//! one grace period, so its cost is shared by all that was freed meanwhile. Three kinds of
//! stragglers are waited for: tasks that were preempted inside text (RCU tasks), CPUs where RCU is
//! not watching (RCU tasks rude), as ftrace does for its trampolines, and readers of records (RCU).
//! Then the blocks are made what fresh ones are, neighbours as one run, and given back to their
//! packs. A pack that has become empty is kept for the next need, up to a limit.

use kernel::{
    bindings,
    prelude::*,
    sync::{Arc, Mutex},
};

use crate::{
    cache::Caches,
    pack::Pack,
    params::JitType,
    pool::Pool,
    registry::{Registry, Removed},
    stats::Stats,
    vec,
};

/// What the worker needs. There is one, so that one reclaims at a time.
pub(crate) struct Reclaimer {
    removed: KVec<Removed>,
}

impl Reclaimer {
    /// Makes one.
    pub(crate) const fn new() -> Reclaimer {
        Reclaimer {
            removed: KVec::new(),
        }
    }

    /// Takes everything back that was freed before, and returns how many allocations that was.
    /// Empty packs are kept up to `keep` bytes for each pool.
    ///
    /// # Context
    ///
    /// Process context, sleeps for a grace period if there was anything.
    pub(crate) fn run(
        &mut self,
        pools: &[Arc<Pool>],
        caches: &Mutex<Caches>,
        registry: &Registry,
        stats: &Stats,
        keep: usize,
    ) -> usize {
        let mut any = false;
        let mut nr = 0_usize;
        {
            let mut caches = caches.lock();

            any |= caches.begin_grace();
            for pool in caches.and(pools) {
                any |= pool.collect();
            }
        }
        if any {
            grace_period(stats);
        }

        let mut empty = 0_usize;
        let mut caches = caches.lock();
        while let Some(cache) = caches.take_waiting() {
            for pool in cache.pools() {
                nr = nr.wrapping_add(self.clear_pool(pool, registry, stats));
            }
        }
        for pool in caches.and(pools) {
            let removed = &mut self.removed;
            let mut gone = |pack: Arc<Pack>| forget(registry, removed, stats, &pack);

            if any {
                let done = |count, bytes| {
                    nr = nr.wrapping_add(count);
                    stats.reclaim(count, bytes);
                };

                // SAFETY: The grace periods have just passed for what was collected before them.
                unsafe { pool.settle(done, &mut gone) };
            }
            empty = empty.wrapping_add(pool.trim(keep, &mut gone));
        }
        drop(caches);
        free(&mut self.removed);
        stats.empty_bytes.set(empty);
        nr
    }

    /// Takes all packs of a pool back, and returns how many allocations that were.
    fn clear_pool(&mut self, pool: &Pool, registry: &Registry, stats: &Stats) -> usize {
        let mut nr = 0_usize;

        pool.clear(
            |block, size| {
                if let (true, Some(ty)) = (block.is_live(), JitType::from_raw(block.ty())) {
                    stats.free(ty, size);
                }
                stats.reclaim(1, size);
                nr = nr.wrapping_add(1);
            },
            |pack| forget(registry, &mut self.removed, stats, &pack),
        );
        nr
    }

    /// Makes records that are not in use any more ready to be used again.
    ///
    /// # Context
    ///
    /// Process context, sleeps for a grace period of RCU.
    pub(crate) fn recycle(&mut self, pool: &Pool) {
        pool.begin_recycling();
        // SAFETY: May be called from process context.
        unsafe { bindings::synchronize_rcu() };
        pool.end_recycling();
    }

    /// Takes all packs of `pools` back, whoever has blocks of them.
    ///
    /// # Context
    ///
    /// Process context, sleeps for a grace period.
    pub(crate) fn clear(&mut self, pools: &[Arc<Pool>], registry: &Registry, stats: &Stats) {
        grace_period(stats);
        for pool in pools {
            self.clear_pool(pool, registry, stats);
        }
        free(&mut self.removed);
    }
}

/// Waits until nobody is in text any more that was freed before, nor looks at its records.
fn grace_period(stats: &Stats) {
    // SAFETY: May be called from process context.
    unsafe { bindings::synchronize_rcu_tasks() };
    // SAFETY: May be called from process context.
    unsafe { bindings::synchronize_rcu_tasks_rude() };
    // SAFETY: May be called from process context.
    unsafe { bindings::synchronize_rcu() };
    stats.grace_periods.add(1);
}

/// Removes a pack that no pool has any more.
fn forget(registry: &Registry, removed: &mut KVec<Removed>, stats: &Stats, pack: &Arc<Pack>) {
    let pack = registry.remove(pack);

    stats.packs_returned.add(1);
    if let Err(full) = removed.push_within_capacity(pack) {
        // If there is no room for it, it waits for a grace period of its own.
        free(removed);
        if vec::reserve(removed, 16).is_ok() {
            let _ = removed.push_within_capacity(full.0);
        } else {
            // SAFETY: May be called from process context.
            unsafe { bindings::synchronize_rcu() };
            // SAFETY: The grace period has just passed.
            unsafe { full.0.free() };
        }
    }
}

/// Frees packs once no reader sees them any more.
fn free(removed: &mut KVec<Removed>) {
    if removed.is_empty() {
        return;
    }
    // SAFETY: May be called from process context.
    unsafe { bindings::synchronize_rcu() };
    for pack in removed.drain_all() {
        // SAFETY: The grace period has just passed.
        unsafe { pack.free() };
    }
}
