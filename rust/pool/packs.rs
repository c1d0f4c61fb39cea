// SPDX-License-Identifier: GPL-2.0

//! The packs of a pool, for the holder of the pool's lock.

use core::mem;
use kernel::prelude::*;

use crate::{
    placement::{
        freelists::Lengths,
        map::{Class, Classes},
        policy::GRAIN,
        reclaimed::Reclaimed,
        records::Dying,
        watermarks::Watermarks,
    },
    pool::{
        pack_state::{Carved, PackState, Summary},
        slot::{Chain, Slot},
    },
    sys::vec,
};

/// All packs of a pool.
///
/// # Invariants
///
/// - `summaries` has one for each entry: they are looked through for each allocation that no
///   per-CPU cache has.
/// - `watermarks` has the number of blocks on the freelists of all entries.
pub(crate) struct Packs {
    entries: KVVec<PackState>,
    summaries: KVVec<Summary>,
    watermarks: Watermarks,
    /// The pack whose freelists were last allocated from.
    last: usize,
}

impl Packs {
    /// Returns none.
    pub(crate) const fn new() -> Packs {
        Packs {
            entries: KVVec::new(),
            summaries: KVVec::new(),
            watermarks: Watermarks::new(),
            last: 0,
        }
    }

    /// Returns how many there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns all of them, to look at or to change what is not free runs.
    pub(crate) fn entries(&mut self) -> &mut [PackState] {
        &mut self.entries
    }

    /// Returns how many grains are taken, and how many blocks they are.
    pub(crate) fn taken(&self) -> (usize, usize) {
        let (mut grains, mut blocks) = (0_usize, 0_usize);

        for entry in &self.entries {
            let taken = entry.taken();

            grains = grains.wrapping_add(taken.0);
            blocks = blocks.wrapping_add(taken.1);
        }
        (grains, blocks)
    }

    /// Returns how many bytes the bookkeeping has.
    pub(crate) fn bookkeeping(&self) -> usize {
        let mut bytes = self
            .entries
            .capacity()
            .wrapping_mul(size_of::<(PackState, Summary)>());

        for entry in &self.entries {
            bytes = bytes.wrapping_add(entry.bookkeeping());
        }
        bytes
    }

    /// Adds a pack, or hands it back if there is no room.
    #[inline(never)]
    pub(crate) fn push(&mut self, entry: PackState) -> Result<(), PackState> {
        let summary = entry.summary();

        self.entries
            .push_within_capacity(entry)
            .map_err(|full| full.0)?;
        // INVARIANT: There is room for as many.
        let _ = self.summaries.push_within_capacity(summary);
        Ok(())
    }

    /// Makes room with vectors that are larger than those that are full. Nothing happens if they
    /// are not.
    pub(crate) fn refill(&mut self, room: &mut Packs) {
        vec::refill(&mut self.summaries, &mut room.summaries);
        vec::refill(&mut self.entries, &mut room.entries);
    }

    /// Makes empty vectors for more packs than `len`.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn room(len: usize) -> Result<Packs> {
        let room = len.wrapping_mul(2).max(8);

        Ok(Packs {
            entries: vec::with_capacity(room)?,
            summaries: vec::with_capacity(room)?,
            watermarks: Watermarks::new(),
            last: 0,
        })
    }

    /// Takes a pack out; the last one takes its place.
    pub(crate) fn remove(&mut self, place: usize) -> Option<PackState> {
        let last = self.entries.pop()?;
        let summary = self.summaries.pop()?;

        let removed = match self.entries.get_mut(place) {
            Some(entry) => {
                let entry = mem::replace(entry, last);

                if let Some(place) = self.summaries.get_mut(place) {
                    *place = summary;
                }
                entry
            }
            None => last,
        };

        // INVARIANT: Its freelists are gone.
        for (grains, nr) in removed.on_freelists() {
            self.watermarks.remove(grains, nr);
        }
        Some(removed)
    }

    /// Takes the last pack out.
    pub(crate) fn pop(&mut self) -> Option<PackState> {
        self.remove(self.entries.len().wrapping_sub(1))
    }

    /// Changes an entry, and the summary with it.
    #[inline]
    fn change<T>(
        &mut self,
        place: usize,
        change: impl FnOnce(&mut PackState, &mut Watermarks) -> T,
    ) -> Option<T> {
        let entry = self.entries.get_mut(place)?;
        let changed = change(entry, &mut self.watermarks);

        // INVARIANT: What the entry has now.
        *self.summaries.get_mut(place)? = entry.summary();
        Some(changed)
    }

    /// Takes blocks of `grains` grains from one pack: up to `most` of its freelist, if there are
    /// some; else up to `carve`, from a run of their own class, or from one of the smallest class
    /// above. With random bits, one block, at a place that these choose.
    pub(crate) fn take(
        &mut self,
        grains: usize,
        most: u16,
        carve: u16,
        dice: Option<u64>,
    ) -> Carved {
        if let Some(dice) = dice {
            return self.scatter(grains, dice);
        }

        if self.watermarks.has(grains) {
            let chain = self.take_from_freelist(grains, most);

            if chain.nr() > 0 {
                self.watermarks.count_alloc(grains, chain.nr());
                self.watermarks.remove(grains, chain.nr().into());
                return Carved::Some(chain);
            }
        }
        let carved = self.carve(grains, carve);

        if let Carved::Some(chain) = &carved {
            self.watermarks.count_alloc(grains, chain.nr());
        }
        carved
    }

    fn take_from_freelist(&mut self, grains: usize, most: u16) -> Chain {
        let length = Lengths::of(grains);
        let has = |summary: &Summary| summary.freelists.meets(length);

        // Where there are some, there are most often more.
        if !self.summaries.get(self.last).is_some_and(has) {
            let Some(place) = self.summaries.iter().position(has) else {
                return Chain::EMPTY;
            };

            self.last = place;
        }
        self.change(self.last, |entry, _| entry.take_from_freelist(grains, most))
            .unwrap_or(Chain::EMPTY)
    }

    /// Takes a block at a random place of the first pack that has room, so that the others may become
    /// empty.
    #[cold]
    fn scatter(&mut self, grains: usize, dice: u64) -> Carved {
        let class = Class::of(grains);
        let mut place = 0_usize;

        while let Some(Summary { classes, .. }) = self.summaries.get(place) {
            if classes.from(class).is_some() {
                match self.change(place, |entry, _| entry.scatter(grains, dice)) {
                    None | Some(Carved::Full) => (),
                    Some(carved) => return carved,
                }
            }
            place = place.wrapping_add(1);
        }
        Carved::Full
    }

    /// Returns the first place from `place` on of a pack that has a run of `class` or one above.
    fn next_with(&self, place: usize, class: Class) -> Option<(usize, Classes)> {
        let summaries = self.summaries.get(place..)?;
        let nr = summaries
            .iter()
            .position(|summary| summary.classes.reaches(class))?;

        Some((place.wrapping_add(nr), summaries.get(nr)?.classes))
    }

    fn carve(&mut self, grains: usize, most: u16) -> Carved {
        let class = Class::of(grains);
        let above = class.next();
        let mut best: Option<(Class, usize)> = None;
        let mut next = 0_usize;

        while let Some((place, classes)) = self.next_with(next, class) {
            let mut found = classes.from(class);

            if found == Some(class) {
                match self.carve_at(place, class, grains, most) {
                    Carved::Full => (),
                    carved => return carved,
                }
                found = above.and_then(|above| classes.from(above));
            }
            if let Some(found) = found {
                if best.is_none_or(|(class, _)| found < class) {
                    best = Some((found, place));
                }
            }
            next = place.wrapping_add(1);
        }
        match best {
            Some((class, place)) => self.carve_at(place, class, grains, most),
            None => Carved::Full,
        }
    }

    fn carve_at(&mut self, place: usize, class: Class, grains: usize, most: u16) -> Carved {
        self.change(place, |entry, _| entry.carve(class, grains, most))
            .unwrap_or(Carved::Full)
    }

    /// Updates the watermarks of the freelists.
    pub(crate) fn update_watermarks(&mut self) {
        self.watermarks.update();
    }

    /// Puts reclaimed blocks of a pack on its freelists.
    pub(crate) fn add_reclaimed(&mut self, place: usize, sorted: &Reclaimed) {
        self.change(place, |entry, watermarks| {
            entry.add_reclaimed(sorted, watermarks)
        });
    }

    /// Coalesces up to `most` reclaimed blocks of a pack. Returns whether any are left.
    pub(crate) fn coalesce_dying(&mut self, place: usize, dying: &mut Dying, most: usize) -> bool {
        let is_there = self.change(place, |entry, _| {
            for _ in 0..most {
                if !entry.coalesce_dying(dying) {
                    break;
                }
            }
        });

        is_there.is_some() && !dying.is_empty()
    }

    /// Coalesces up to `most` blocks of a pack that exceed the watermarks. Returns how many there
    /// were.
    pub(crate) fn coalesce_surplus(&mut self, place: usize, most: usize) -> usize {
        let nr = self.change(place, |entry, watermarks| {
            entry.coalesce_surplus(watermarks, most)
        });

        nr.unwrap_or(0)
    }

    /// Coalesces up to `most` blocks of the pack whose freelists have most grains. Returns
    /// whether there are any.
    pub(crate) fn coalesce_some(&mut self, most: usize) -> bool {
        let (mut best, mut grains) = (0_usize, 0_usize);
        let mut place = 0_usize;

        while let Some(entry) = self.entries.get(place) {
            if entry.freelist_grains() > grains {
                (best, grains) = (place, entry.freelist_grains());
            }
            place = place.wrapping_add(1);
        }
        let nr = self.change(best, |entry, watermarks| {
            entry.coalesce_some(watermarks, most)
        });

        nr.unwrap_or(0) > 0
    }

    /// Frees a cached block of `grains` grains.
    pub(crate) fn put_back(&mut self, grains: usize, slot: Slot) {
        let addr = slot.start().addr().get();
        let mut place = 0_usize;

        while let Some(entry) = self.entries.get(place) {
            let offset = addr.wrapping_sub(entry.pack.start());

            if offset < entry.pack.len() {
                let grain = offset / GRAIN;

                self.change(place, |entry, _| {
                    entry.unlink(grain..grain.wrapping_add(grains));
                });
                return;
            }
            place = place.wrapping_add(1);
        }
    }
}
