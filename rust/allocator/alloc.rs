// SPDX-License-Identifier: GPL-2.0

//! Where a block comes from that a CPU has not at hand: from what is free, from what others keep
//! back, from what waits for its grace period, from the kernel, in this order.

use core::ptr::NonNull;
use kernel::{prelude::*, sync::Arc};

use crate::{
    allocator::{reclaim::synchronize_readers, Allocator},
    params::JitType,
    placement::policy::{self, Retain},
    pool::{
        pack::{Pack, Slot},
        Pool, PoolAlloc,
    },
    sys::{atomic::Relaxed, misuse::Caller},
};

impl Allocator {
    /// Allocates what CPU number `cpu` has at hand, if it has.
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

        Some(slot.give(ty as u32, size, owner.to_u32()))
    }

    /// Allocates what no CPU has at hand.
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
        let slot = self.alloc_slow(pool, size)?;

        self.stats.alloc(ty, size);
        Ok(slot.give(ty as u32, size, owner.to_u32()))
    }

    /// Finds a block that this CPU has not at hand.
    #[cold]
    pub(crate) fn alloc_slow(&self, pool: &Pool, size: usize) -> Result<Slot> {
        self.try_alloc_slow(pool, size)
            .inspect_err(|_| self.stats().failures.add(1))
    }

    fn try_alloc_slow(&self, pool: &Pool, size: usize) -> Result<Slot> {
        let grains = policy::grains(size);

        if size == 0 {
            return Err(EINVAL);
        }
        if self.waits_too_much(pool, size) {
            self.reclaim(Retain::All);
        }
        if pool.is_dedicated(size) {
            return self.grow(pool, size)?.ok_or(ENOMEM);
        }
        if let Some(slot) = self.take(pool, grains)? {
            return Ok(slot);
        }

        let _one_at_a_time = pool.lock_growth();
        pool.flush();
        if let Some(slot) = self.take_or_coalesce(pool, grains)? {
            return Ok(slot);
        }
        if policy::waits_first(
            pool.held(),
            self.stats().waiting().bytes,
            pool.active_cpus.nr(),
        ) {
            // If there was nothing left to reclaim, somebody else has just done it.
            self.reclaim(Retain::All);
            if let Some(slot) = self.take_or_coalesce(pool, grains)? {
                return Ok(slot);
            }
        }
        loop {
            self.grow(pool, size)?;
            // Others may have taken all of it meanwhile.
            if let Some(slot) = self.take(pool, grains)? {
                return Ok(slot);
            }
        }
    }

    /// Returns whether so much waits that who asks `pool` for `size` bytes has to wait with it. To look
    /// takes long, so it is done from time to time.
    fn waits_too_much(&self, pool: &Pool, size: usize) -> bool {
        let taken = policy::taken(size);
        let before = self.taken.fetch_add(taken, Relaxed);

        policy::is_time_to_look(before, taken)
            && policy::waits_too_much(
                self.stats().waiting().bytes,
                self.budget().spent(),
                pool.active_cpus.nr(),
            )
    }

    /// Takes a block from the packs of a pool, if they have one when all blocks are joined that were
    /// freed and kept.
    fn take_or_coalesce(&self, pool: &Pool, grains: usize) -> Result<Option<Slot>> {
        loop {
            let taken = self.take(pool, grains)?;

            if taken.is_some() || !pool.release() {
                return Ok(taken);
            }
        }
    }

    /// Takes a block from the packs of a pool, if they have one.
    fn take(&self, pool: &Pool, grains: usize) -> Result<Option<Slot>> {
        loop {
            match pool.take(grains)? {
                PoolAlloc::Block(slot) => return Ok(Some(slot)),
                PoolAlloc::Full => return Ok(None),
                PoolAlloc::NoRecords => self.reclaimer.lock().recycle(pool),
            }
        }
    }

    /// Makes a pack with room for `size` bytes, and adds it to a pool.
    fn grow(&self, pool: &Pool, size: usize) -> Result<Option<Slot>> {
        let pack = match pool.make_pack(size) {
            // What waits for its grace period, or is kept back, may be just what is missing.
            Err(err) if err == ENOMEM => {
                self.reclaim(Retain::Bytes(0));
                pool.make_pack(size)?
            }
            made => made?,
        };

        self.registry.insert(pack.clone())?;
        let slot = pool
            .add(pack.clone())
            .inspect_err(|_| self.discard(&pack))?;

        self.stats().packs_made.add(1);
        Ok(slot)
    }

    /// Removes a pack that nobody has got.
    fn discard(&self, pack: &Arc<Pack>) {
        let removed = self.registry.remove(pack);

        synchronize_readers();
        // SAFETY: The grace period has just passed.
        unsafe { removed.free() };
    }
}
