// SPDX-License-Identifier: GPL-2.0

//! Allocation: from the per-CPU cache, from the packs of the pool, from a new pack, and only where
//! there is no memory after a grace period, in this order.

use core::ptr::NonNull;
use kernel::{
    prelude::*,
    sync::{rcu, Arc},
};

use crate::{
    allocator::{reclaim::synchronize_readers, Allocator},
    params::JitType,
    placement::policy,
    pool::{pack::Pack, predictors::Predictors, slot::Slot, Pool},
    sys::{
        atomic::Relaxed,
        events::{self, Began},
        misuse::Caller,
        rcu::RcuReader,
    },
};

/// How often an allocation waits for memory, at most: other tasks may take what was reclaimed.
const ATTEMPTS: usize = 3;

/// How a block is going to be written, which says where it is.
#[derive(Clone, Copy)]
enum Written {
    /// By the allocator, or, if it is data, by anybody: among others in a pack.
    Anywhere,
    /// By its owner, before it is text: in pages of its own.
    InPlace,
}

impl Allocator {
    /// Allocates a block from the cache of CPU number `cpu`, if that has one.
    ///
    /// # Context
    ///
    /// Any.
    #[inline(always)]
    pub(crate) fn alloc_cached(
        pool: &Pool,
        cpu: usize,
        ty: JitType,
        size: usize,
        owner: Caller,
    ) -> Option<NonNull<u8>> {
        let slot = pool.alloc_cached(cpu, ty, size)?;

        Some(slot.give(ty as u32, size, owner.to_u32(), false))
    }

    /// The same. Returns the pack that the block is in, too.
    ///
    /// # Context
    ///
    /// Any.
    #[inline(always)]
    pub(crate) fn alloc_cached_with_pack<'a>(
        pool: &Pool,
        cpu: usize,
        ty: JitType,
        size: usize,
        owner: Caller,
        reading: &'a impl RcuReader,
    ) -> Option<(NonNull<u8>, &'a Pack)> {
        let slot = pool.alloc_cached(cpu, ty, size)?;

        Some(slot.give_with_pack(ty as u32, size, owner.to_u32(), reading))
    }

    /// Allocates a block that the per-CPU cache does not have.
    ///
    /// # Errors
    ///
    /// `EINVAL` if `size` is 0, `E2BIG` if it is larger than the range, `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn alloc(
        &self,
        pool: &Pool,
        ty: JitType,
        size: usize,
        owner: Caller,
    ) -> Result<NonNull<u8>> {
        self.alloc_written(pool, ty, size, owner, Written::Anywhere)
    }

    /// Allocates pages for text that its owner writes in place.
    ///
    /// # Errors
    ///
    /// As [`Allocator::alloc`].
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn alloc_rw(
        &self,
        pool: &Pool,
        ty: JitType,
        size: usize,
        owner: Caller,
    ) -> Result<NonNull<u8>> {
        self.alloc_written(pool, ty, size, owner, Written::InPlace)
    }

    fn alloc_written(
        &self,
        pool: &Pool,
        ty: JitType,
        size: usize,
        owner: Caller,
        written: Written,
    ) -> Result<NonNull<u8>> {
        let charge = self.charge(owner, size)?;
        let slot = self.alloc_slow(pool, size, written)?;

        self.stats.alloc(ty, size);
        let start = slot.give(ty as u32, size, owner.to_u32(), charge.is_some());
        match charge {
            Some(charge) => charge.keep(),
            None => self.count_new(start.addr().get()),
        }
        if let (Some(predictors), true) = (&self.backing.predictors, pool.is_text()) {
            self.forget_others(predictors, start.addr().get(), owner);
        }
        Ok(start)
    }

    /// Has branch predictors forget what others have had in the pack of the block at `addr`, which
    /// was just allocated.
    #[cold]
    fn forget_others(&self, predictors: &Predictors, addr: usize, owner: Caller) {
        let reading = rcu::read_lock();
        let stain = self.registry.find(addr, &reading).map(Pack::stain);

        drop(reading);
        if let Some(stain) = stain {
            predictors.forget(stain, self.accounts.of(owner.to_u32()).id());
        }
    }

    /// Allocates a block that this CPU's cache does not have.
    #[cold]
    fn alloc_slow(&self, pool: &Pool, size: usize, written: Written) -> Result<Slot> {
        self.try_alloc_slow(pool, size, written)
            .inspect_err(|_| self.stats().failures.add(1))
    }

    fn try_alloc_slow(&self, pool: &Pool, size: usize, written: Written) -> Result<Slot> {
        if size == 0 {
            return Err(EINVAL);
        }
        if size > self.budget().limit() {
            return Err(ENOMEM);
        }
        if self.is_backlogged(pool, size) {
            self.expedite();
        }
        for _ in 0..ATTEMPTS {
            let slot = self.alloc_or_grow(pool, size, written);

            // There is no memory, no address or no budget left: what waits for its grace period, or
            // is retained, may be just what is missing.
            if slot.as_ref().err() != Some(&ENOMEM) || !self.wait_for_memory() {
                return slot;
            }
        }
        self.alloc_or_grow(pool, size, written)
    }

    /// Allocates a block from the packs of a pool, or from a new one. Waits for no grace period.
    fn alloc_or_grow(&self, pool: &Pool, size: usize, written: Written) -> Result<Slot> {
        let grains = policy::grains(size);

        if let Written::InPlace = written {
            let slot = self.grow_by(pool, || pool.make_in_place(size))?;

            return slot.ok_or(ENOMEM);
        }
        if pool.is_dedicated(size) {
            return self.grow(pool, size)?.ok_or(ENOMEM);
        }
        if let Some(slot) = pool.take(grains)? {
            return Ok(slot);
        }

        let _growing = pool.lock_growth();
        pool.flush();
        if let Some(slot) = self.take_or_coalesce(pool, grains)? {
            return Ok(slot);
        }
        if policy::expedites(
            pool.held(),
            self.stats().waiting().bytes,
            pool.active_cpus.nr(),
        ) {
            // For the next allocation; this one does not wait.
            self.expedite();
        }
        loop {
            self.grow(pool, size)?;
            // Other tasks may have taken all of it meanwhile.
            if let Some(slot) = pool.take(grains)? {
                return Ok(slot);
            }
        }
    }

    /// Returns whether the backlog of freed memory is too large, for an allocation of `size` bytes
    /// from `pool`. To add up what all CPUs have freed takes long, so it is done from time to time.
    fn is_backlogged(&self, pool: &Pool, size: usize) -> bool {
        let taken = policy::taken(size);
        let before = self.taken.fetch_add(taken, Relaxed);

        policy::is_time_to_look(before, taken)
            && policy::is_backlogged(
                self.stats().waiting().bytes,
                self.budget().spent(),
                pool.active_cpus.nr(),
            )
    }

    /// Takes a block from the packs of a pool, if they have one when all blocks on their freelists
    /// are coalesced.
    fn take_or_coalesce(&self, pool: &Pool, grains: usize) -> Result<Option<Slot>> {
        loop {
            let taken = pool.take(grains)?;

            if taken.is_some() || !pool.coalesce_some() {
                return Ok(taken);
            }
        }
    }

    /// Makes a pack with room for `size` bytes, and adds it to a pool.
    fn grow(&self, pool: &Pool, size: usize) -> Result<Option<Slot>> {
        self.grow_by(pool, || pool.make_pack(size))
    }

    /// Makes a pack, and adds it to a pool.
    fn grow_by(
        &self,
        pool: &Pool,
        make: impl FnOnce() -> Result<Arc<Pack>>,
    ) -> Result<Option<Slot>> {
        let began = Began::now();
        let pack = make()?;

        self.registry.insert(pack.clone())?;
        let slot = pool
            .add(pack.clone())
            .inspect_err(|_| self.discard(&pack))?;

        let ns = began.ns();
        self.stats().packs_made.add(1);
        self.stats().grow_ns.add(ns);
        events::grow(pack.start(), pack.len(), pack.memory().is_text(), ns);
        Ok(slot)
    }

    /// Removes a pack of which nothing was allocated.
    fn discard(&self, pack: &Arc<Pack>) {
        let removed = self.registry.remove(pack);

        synchronize_readers();
        // SAFETY: The grace period has just passed.
        unsafe { removed.free() };
    }
}
