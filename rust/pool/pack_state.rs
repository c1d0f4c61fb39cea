// SPDX-License-Identifier: GPL-2.0

//! The state of a pack under the pool's lock: its map, its freelists, its free records.

use core::ops::Range;
use kernel::{prelude::*, sync::Arc};

use crate::{
    placement::{
        free_records::FreeRecords,
        freelists::{FreeLists, Lengths},
        map::{Class, Classes, Map},
        policy::GRAIN,
        reclaimed::Reclaimed,
        record::RecordTable,
        records::Dying,
        watermarks::Watermarks,
    },
    pool::{
        pack::Pack,
        slot::{Chain, Slot},
    },
    sys::vec,
};

/// A pack.
pub(crate) struct PackState {
    /// What all may see of it.
    pub(crate) pack: Arc<Pack>,
    /// Which grains are free, unless it is the pack of a single allocation.
    map: Option<Map<KVVec<u64>>>,
    /// Reclaimed blocks that are not coalesced.
    freelists: FreeLists,
    /// Records that belong to no block.
    pub(crate) free_records: FreeRecords,
    /// Blocks that were freed and wait for a grace period that goes on.
    pub(crate) dying: Dying,
    /// Rounds of the worker since a block was allocated.
    rounds: u32,
}

impl PackState {
    /// Describes a new pack. If it is dedicated, allocates its only block.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(pack: Arc<Pack>) -> Result<(PackState, Option<Slot>)> {
        let grains = pack.len() / GRAIN;
        let mut entry = PackState {
            pack,
            map: None,
            freelists: FreeLists::new(),
            free_records: FreeRecords::new(),
            dying: Dying::none(),
            rounds: 0,
        };

        if entry.pack.is_dedicated() {
            let slot = entry.link_dedicated().ok_or(EINVAL)?;

            return Ok((entry, Some(slot)));
        }
        let (bits, tree) = Map::<KVVec<u64>>::words(grains);
        let bits = vec::zeroed(bits)?;
        let tree = vec::zeroed(tree)?;

        entry.map = Some(Map::new(bits, tree, grains).ok_or(EINVAL)?);
        Ok((entry, None))
    }

    /// Returns how many grains are not in the map, and how many blocks they are: live, cached or
    /// dying.
    pub(crate) fn taken(&self) -> (usize, usize) {
        let free = self.map.as_ref().map_or(0, Map::free);

        (
            (self.pack.len() / GRAIN).wrapping_sub(free),
            self.free_records.in_use(),
        )
    }

    fn free_grains(&self) -> usize {
        let free = self.map.as_ref().map_or(0, Map::free);

        free.wrapping_add(self.freelists.grains())
    }

    /// Returns whether no block of it is live, dying or in a per-CPU cache.
    pub(crate) fn is_empty(&self) -> bool {
        !self.pack.is_dedicated() && self.free_grains() == self.pack.len() / GRAIN
    }

    /// Counts a round of the worker.
    pub(crate) fn next_round(&mut self) {
        self.rounds = self.rounds.saturating_add(1);
    }

    /// Returns for how many rounds of the worker no block was allocated.
    pub(crate) fn rounds(&self) -> u32 {
        self.rounds
    }

    /// Returns how many bytes are free.
    pub(crate) fn free_bytes(&self) -> usize {
        self.free_grains().wrapping_mul(GRAIN)
    }

    /// Returns which grains are free, unless it is the pack of a single allocation.
    pub(crate) fn map(&self) -> Option<&Map<KVVec<u64>>> {
        self.map.as_ref()
    }

    /// Returns how many grains the blocks on freelists have.
    pub(crate) fn freelist_grains(&self) -> usize {
        self.freelists.grains()
    }

    /// Iterates over the lengths, and how many blocks of each are on freelists.
    pub(crate) fn on_freelists(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        self.freelists.each()
    }

    /// Returns how many bytes the bookkeeping has.
    pub(crate) fn bookkeeping(&self) -> usize {
        let words = self.map.as_ref().map_or(0, Map::words_held);
        // SAFETY: A `PackState` is reached through the pool's lock only.
        let pack = unsafe { self.pack.bookkeeping() };

        pack.wrapping_add(words.wrapping_mul(size_of::<u64>()))
    }

    /// Returns what it has that is free.
    pub(crate) fn summary(&self) -> Summary {
        Summary {
            classes: self.map.as_ref().map_or(Classes::NONE, Map::classes),
            freelists: self.freelists.lengths(),
        }
    }

    /// Takes up to `most` blocks of `grains` grains off their freelist.
    pub(crate) fn take_from_freelist(&mut self, grains: usize, most: u16) -> Chain {
        let pack = &*self.pack;

        self.rounds = 0;
        match self.freelists.take(pack.records().table(), grains, most) {
            // SAFETY: The blocks were on a freelist, under the pool's lock.
            Some((first, nr)) => unsafe { Chain::new(pack, Some(first), nr) },
            None => Chain::EMPTY,
        }
    }

    /// Makes the record of the only block.
    fn link_dedicated(&mut self) -> Option<Slot> {
        let records = self.pack.records();
        let index = self.free_records.take(records.table())?;
        let record = records.insert(index, 0, 1)?;

        // SAFETY: The pack is new, and has no other block.
        Some(unsafe { Slot::new(&self.pack, 0, record) })
    }

    /// Takes up to `most` blocks of `grains` grains from runs of `class`.
    pub(crate) fn carve(&mut self, class: Class, grains: usize, most: u16) -> Carved {
        let records = self.pack.records();
        let table = records.table();
        let available = self.free_records.available(table);
        if available == 0 {
            return self.no_records();
        }
        let Some(map) = &mut self.map else {
            return Carved::Full;
        };
        let (mut first, mut nr) = (None, 0_u16);

        map.take(class, grains, available.min(most.into()), |grain| {
            let index = self.free_records.take(table);
            let record = index.and_then(|index| records.insert(index, grain, grains));

            if let Some(record) = record {
                record.link(first);
                first = index;
                nr = nr.wrapping_add(1);
            }
        });
        if nr == 0 {
            return Carved::Full;
        }
        self.rounds = 0;
        // SAFETY: The grains were free, so the blocks are new.
        Carved::Some(unsafe { Chain::new(&self.pack, first, nr) })
    }

    /// Takes a block of `grains` grains at a place that random bits choose.
    pub(crate) fn scatter(&mut self, grains: usize, dice: u64) -> Carved {
        let records = self.pack.records();
        let table = records.table();
        if self.free_records.available(table) == 0 {
            return self.no_records();
        }
        let map = self.map.as_mut();
        let Some(grain) = map.and_then(|map| map.take_anywhere(grains, dice)) else {
            return Carved::Full;
        };
        let index = self.free_records.take(table);
        let Some(record) = index.and_then(|index| records.insert(index, grain, grains)) else {
            return Carved::Full;
        };

        record.link(None);
        self.rounds = 0;
        // SAFETY: The grains were free, so the block is new.
        Carved::Some(unsafe { Chain::new(&self.pack, index, 1) })
    }

    /// There are no more records than grains. Those of blocks that were coalesced can be reused after
    /// the next grace period; until then a pack that has no other is full.
    fn no_records(&self) -> Carved {
        match self.pack.records().table().missing() {
            Some(missing) => Carved::NoRecords {
                pack: self.pack.clone(),
                missing,
            },
            None => Carved::Full,
        }
    }

    /// Frees grains, and forgets the blocks that begin in them.
    pub(crate) fn unlink(&mut self, grains: Range<usize>) {
        let records = self.pack.records();
        let free_records = &mut self.free_records;

        records.remove(grains.clone(), |index| {
            free_records.retire(records.table(), index);
        });
        if let Some(map) = &mut self.map {
            // They are taken, for they were blocks.
            let _ = map.give(grains);
        }
    }

    /// Coalesces a block of `grains` grains of its freelist. Returns false if there is none.
    fn coalesce(&mut self, grains: usize) -> bool {
        let table = self.pack.records().table();
        let kept = self.freelists.take(table, grains, 1);
        let Some(record) = kept.and_then(|(index, _)| table.get(index)) else {
            return false;
        };
        let (_, start) = record.list();

        self.unlink(start..start.wrapping_add(grains));
        true
    }

    /// Coalesces up to `most` blocks of the freelists, the longest first. Returns how many there
    /// were.
    pub(crate) fn coalesce_some(&mut self, watermarks: &mut Watermarks, most: usize) -> usize {
        for nr in 0..most {
            let longest = self.freelists.lengths().greatest();
            let Some(grains) = longest.filter(|grains| self.coalesce(*grains)) else {
                return nr;
            };

            watermarks.remove(grains, 1);
        }
        most
    }

    /// Coalesces up to `most` blocks of the freelists that exceed their watermarks. Returns how
    /// many there were.
    pub(crate) fn coalesce_surplus(&mut self, watermarks: &mut Watermarks, most: usize) -> usize {
        let mut nr = 0_usize;
        let mut lengths = self.freelists.lengths();
        if lengths.is_empty() {
            return 0;
        }
        lengths = lengths.and(watermarks.surplus());

        while let Some(grains) = lengths.greatest().filter(|_| nr < most) {
            if watermarks.has_surplus(grains) && self.coalesce(grains) {
                watermarks.remove(grains, 1);
                nr = nr.wrapping_add(1);
            } else {
                lengths = lengths.without(Lengths::of(grains));
            }
        }
        nr
    }

    /// Puts reclaimed blocks on the freelists.
    pub(crate) fn add_reclaimed(&mut self, sorted: &Reclaimed, watermarks: &mut Watermarks) {
        let table = self.pack.records().table();

        for (grains, fresh) in sorted.each() {
            self.freelists.add(table, grains, fresh);
            watermarks.add(grains, fresh.nr());
        }
    }

    /// Coalesces the first of `dying`, after its grace period. Returns false if there is none.
    pub(crate) fn coalesce_dying(&mut self, dying: &mut Dying) -> bool {
        let next = dying.next(self.pack.records().table());
        let Some((_, record, start)) = next else {
            return false;
        };
        let grains = record.block().grains();

        self.unlink(start..start.wrapping_add(grains));
        true
    }
}

/// What came of an attempt to take blocks.
pub(crate) enum Carved {
    /// There are some.
    Some(Chain),
    /// No run of free grains is long enough.
    Full,
    /// A pack needs more records first.
    NoRecords {
        /// It.
        pack: Arc<Pack>,
        /// How many.
        missing: usize,
    },
}

/// What a pack has that is free.
#[derive(Clone, Copy)]
pub(crate) struct Summary {
    /// Classes of runs of free grains.
    pub(crate) classes: Classes,
    /// Lengths of blocks on freelists.
    pub(crate) freelists: Lengths,
}
