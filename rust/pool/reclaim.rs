// SPDX-License-Identifier: GPL-2.0

//! What the worker does with a pool: reclaims freed blocks, and empty packs.
//!
//! It is one at a time, so that packs stay in their places but for what it does itself, and new
//! ones come at the end.

use core::mem;
use kernel::sync::{atomic::Relaxed, Arc};

use crate::{
    placement::{
        block::{Block, State},
        policy::Retain,
        reclaimed::Reclaimed,
        records::Dying,
        stain::OwnerId,
    },
    pool::{pack::Pack, pack_state::PackState, Pool, PART},
};

impl Pool {
    /// Collects what has been freed, for a grace period to begin. Returns whether there is
    /// anything.
    pub(crate) fn collect(&self) -> bool {
        let mut any = false;

        self.active_cpus.next();
        for entry in self.packs.lock().entries() {
            any |= entry.free_records.begin_grace();
            entry.dying = entry.pack.records().take_dying();
            any |= !entry.dying.is_empty();
        }
        any
    }

    /// Calls `visit` with the address of each block that was collected and may have a name.
    pub(crate) fn each_collected_name(&self, mut visit: impl FnMut(usize)) {
        let mut place = 0_usize;

        while let Some((pack, mut dying)) = self.collected(place) {
            let table = pack.records().table();

            while let Some((_, record, grain)) = dying.next(table) {
                if record.block().is_named() {
                    visit(pack.addr_of(grain).addr().get());
                }
            }
            place = place.wrapping_add(1);
        }
    }

    fn collected(&self, place: usize) -> Option<(Arc<Pack>, Dying)> {
        let mut packs = self.packs.lock();
        let entry = packs.entries().get(place)?;

        Some((entry.pack.clone(), entry.dying.clone()))
    }

    /// Takes back what was collected, after its grace period. `id` says which owner one is that a
    /// block has, `done` sees how many blocks there were and their bytes, `gone` the packs that are
    /// not needed any more.
    ///
    /// # Safety
    ///
    /// A grace period of RCU tasks, RCU tasks rude, RCU tasks trace and RCU has passed since
    /// [`Pool::collect`].
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) unsafe fn reclaim(
        &self,
        id: impl Fn(u32) -> OwnerId,
        mut done: impl FnMut(usize, usize),
        mut gone: impl FnMut(Arc<Pack>),
    ) {
        let mut place = 0;

        self.packs.lock().update_watermarks();
        while let Some((pack, dying)) = self.next_collected(place) {
            if pack.is_dedicated() && !dying.is_empty() {
                let removed = self.packs.lock().remove(place);

                drop(removed);
                self.held.fetch_sub(pack.len(), Relaxed);
                done(1, pack.dedicated_size());
                gone(pack);
            } else {
                // SAFETY: The caller says that the grace period has passed.
                unsafe { self.reclaim_pack(place, &pack, dying, &id, &mut done) };
                while self.packs.lock().coalesce_surplus(place, PART) == PART {}
                place = place.wrapping_add(1);
            }
        }
    }

    fn next_collected(&self, place: usize) -> Option<(Arc<Pack>, Dying)> {
        let mut packs = self.packs.lock();
        let entry = packs.entries().get_mut(place)?;

        entry.free_records.end_grace(entry.pack.records().table());
        Some((
            entry.pack.clone(),
            mem::replace(&mut entry.dying, Dying::none()),
        ))
    }

    /// # Safety
    ///
    /// As [`Pool::reclaim`].
    // What it does to each block takes less among few variables.
    #[inline(never)]
    unsafe fn reclaim_pack(
        &self,
        place: usize,
        pack: &Pack,
        mut dying: Dying,
        id: &impl Fn(u32) -> OwnerId,
        done: &mut impl FnMut(usize, usize),
    ) {
        let table = pack.records().table();
        let (mut nr, mut bytes) = (0_usize, 0_usize);
        let mut sorted = Reclaimed::new();
        // A freelist would hand out again what was freed last.
        let is_hardened = self.backing.is_hardened;
        let predictors = self.backing.predictors.as_deref();
        let mut long = Dying::none();

        if dying.is_empty() {
            return;
        }
        // SAFETY: The blocks were freed, and the grace period has passed: no CPU or task is in
        // them.
        unsafe {
            pack.clean(|| {
                let (index, record, start) = dying.next(table)?;
                let block = record.block();

                bytes = bytes.wrapping_add(block.size());
                if let Some(predictors) = predictors {
                    pack.set_stain(predictors.and(pack.stain(), id(block.owner())));
                }
                if is_hardened || !sorted.push(index, record, block, start) {
                    long.push(index, record);
                    nr = nr.wrapping_add(1);
                }
                Some(start..start.wrapping_add(block.grains()))
            });
        }
        for (_, fresh) in sorted.each() {
            nr = nr.wrapping_add(fresh.nr().into());
        }
        done(nr, bytes);
        self.packs.lock().add_reclaimed(place, &sorted);
        while self.packs.lock().coalesce_dying(place, &mut long, PART) {}
    }

    /// Counts a round of the worker, to know from which packs blocks were allocated lately.
    pub(crate) fn next_round(&self) {
        for entry in self.packs.lock().entries() {
            entry.next_round();
        }
    }

    /// Removes empty packs, but not those that are to be kept. Returns how many bytes those have.
    pub(crate) fn trim(&self, retain: Retain, mut gone: impl FnMut(Arc<Pack>)) -> usize {
        if self.free_bytes() > retain.bytes() {
            self.flush();
        }
        let (mut place, mut kept) = (0, 0_usize);

        while let Some((len, rounds)) = self.next_empty(&mut place) {
            let with_it = kept.wrapping_add(len);

            if with_it <= retain.bytes() || retain.retains(rounds) {
                kept = with_it;
                place = place.wrapping_add(1);
            } else if let Some(PackState { pack, .. }) = self.remove_empty(place) {
                self.held.fetch_sub(pack.len(), Relaxed);
                gone(pack);
            }
        }
        kept
    }

    /// Finds the next empty pack, from `place` on. Returns its length, and for how many rounds no
    /// block was allocated from it.
    fn next_empty(&self, place: &mut usize) -> Option<(usize, u32)> {
        let mut packs = self.packs.lock();

        loop {
            let entry = packs.entries().get_mut(*place)?;

            if entry.is_empty() {
                return Some((entry.pack.len(), entry.rounds()));
            }
            *place = place.wrapping_add(1);
        }
    }

    fn remove_empty(&self, place: usize) -> Option<PackState> {
        let mut packs = self.packs.lock();

        // A block may have been allocated meanwhile.
        if !packs.entries().get(place)?.is_empty() {
            return None;
        }
        packs.remove(place)
    }

    /// Takes all packs out, with the live blocks in them. `of_caller` sees each block that was live
    /// or dying, and the bytes that were asked for.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn clear(
        &self,
        mut of_caller: impl FnMut(Block, usize),
        mut gone: impl FnMut(Arc<Pack>),
    ) {
        // The blocks of per-CPU caches are part of them.
        self.flush();
        while let Some(PackState { pack, .. }) = self.pop() {
            for record in pack.records().all() {
                // Lest its owner, who may be going away, frees it as well.
                let block = record.kill();

                if block.state() != State::Cached {
                    of_caller(block, pack.size_of(block));
                }
            }
            self.held.fetch_sub(pack.len(), Relaxed);
            gone(pack);
        }
    }

    fn pop(&self) -> Option<PackState> {
        self.packs.lock().pop()
    }
}
