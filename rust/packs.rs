// SPDX-License-Identifier: GPL-2.0

//! The packs of a pool, and what only the holder of the pool's lock may see of them.

use core::{mem, ops::Range};
use kernel::{prelude::*, sync::Arc};

use crate::{
    magazine,
    map::{Class, Classes, Map},
    pack::{Pack, Slot},
    policy::GRAIN,
    records::{Dying, Supply},
    vec,
};

/// A pack.
pub(crate) struct Entry {
    /// What all may see of it.
    pub(crate) pack: Arc<Pack>,
    /// Which grains are free, unless it is the pack of a single allocation.
    map: Option<Map<KVec<u64>>>,
    /// Records that belong to no block.
    pub(crate) supply: Supply,
    /// Blocks that were freed and wait for a grace period that goes on.
    pub(crate) dying: Dying,
}

impl Entry {
    /// Describes a pack that nobody has seen yet. If it is for a single allocation, takes that.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(pack: Arc<Pack>) -> Result<(Entry, Option<Slot>)> {
        let grains = pack.len() / GRAIN;
        let mut entry = Entry {
            pack,
            map: None,
            supply: Supply::new(),
            dying: Dying::none(),
        };

        if entry.pack.is_own() {
            let slot = entry.link(0, 1).ok_or(EINVAL)?;

            return Ok((entry, Some(slot)));
        }
        let (bits, tree) = Map::<KVec<u64>>::words(grains);
        let bits = vec::zeroed(bits)?;
        let tree = vec::zeroed(tree)?;

        entry.map = Some(Map::new(bits, tree, grains).ok_or(EINVAL)?);
        Ok((entry, None))
    }

    /// Returns whether all of it is free.
    pub(crate) fn is_empty(&self) -> bool {
        self.map.as_ref().is_some_and(Map::is_empty)
    }

    /// Returns how many bytes are free.
    pub(crate) fn free_bytes(&self) -> usize {
        self.map.as_ref().map_or(0, Map::free).wrapping_mul(GRAIN)
    }

    /// Returns how many bytes the bookkeeping has.
    pub(crate) fn bookkeeping(&self) -> usize {
        let words = self.map.as_ref().map_or(0, Map::words_held);
        // SAFETY: Whoever sees an entry holds the lock.
        let pack = unsafe { self.pack.bookkeeping() };

        pack.wrapping_add(words.wrapping_mul(size_of::<u64>()))
    }

    fn classes(&self) -> Classes {
        self.map.as_ref().map_or(Classes::NONE, Map::classes)
    }

    /// Makes the record of a block whose grains were just taken.
    fn link(&mut self, grain: usize, grains: usize) -> Option<Slot> {
        let records = self.pack.records();
        let index = self.supply.take(records.arena())?;
        let record = records.insert(index, grain, grains)?;

        // SAFETY: The grains were free, so nobody has the block.
        Some(unsafe { Slot::new(self.pack.addr_of(grain), record) })
    }

    fn carve(&mut self, class: Class, grains: usize, most: usize, slots: &mut Slots) -> Carved {
        let arena = self.pack.records().arena();
        let records = self.supply.available(arena).min(most);
        if records == 0 {
            // A pack of nothing but single grains has one grain more than records.
            return if arena.can_grow() || self.supply.can_recycle() {
                Carved::NoRecords {
                    pack: self.pack.clone(),
                    can_grow: arena.can_grow(),
                }
            } else {
                Carved::Full
            };
        }
        let Some(mut map) = self.map.take() else {
            return Carved::Full;
        };
        let mut free = slots.iter_mut();
        let taken = map.take(class, grains, records, |grain| {
            if let Some(slot) = free.next() {
                *slot = self.link(grain, grains);
            }
        });

        self.map = Some(map);
        if taken == 0 {
            return Carved::Full;
        }
        Carved::Some
    }

    /// Frees grains, and forgets the blocks that begin in them.
    fn unlink(&mut self, grains: Range<usize>) {
        let records = self.pack.records();
        let supply = &mut self.supply;

        records.remove(grains.clone(), |index| {
            supply.retire(records.arena(), index);
        });
        if let Some(map) = &mut self.map {
            // They are taken, for they were blocks.
            let _ = map.give(grains);
        }
    }
}

/// What came of an attempt to take blocks.
pub(crate) enum Carved {
    /// There are some.
    Some,
    /// No run of free grains is long enough.
    Full,
    /// A pack needs more records first.
    NoRecords {
        /// It.
        pack: Arc<Pack>,
        /// Whether it has room for more records.
        can_grow: bool,
    },
}

/// A few slots.
pub(crate) type Slots = [Option<Slot>; magazine::MOST];

/// All packs of a pool.
///
/// # Invariants
///
/// `classes` has, for each entry, the classes of its free runs: they are looked through for each
/// allocation that no CPU has at hand.
pub(crate) struct Packs {
    entries: KVec<Entry>,
    classes: KVec<Classes>,
}

impl Packs {
    /// Returns none.
    pub(crate) const fn new() -> Packs {
        Packs {
            entries: KVec::new(),
            classes: KVec::new(),
        }
    }

    /// Returns how many there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns all of them, to look at or to change what is not free runs.
    pub(crate) fn entries(&mut self) -> &mut [Entry] {
        &mut self.entries
    }

    /// Returns how many bytes the bookkeeping has.
    pub(crate) fn bookkeeping(&self) -> usize {
        let mut bytes = self
            .entries
            .capacity()
            .wrapping_mul(size_of::<(Entry, Classes)>());

        for entry in &self.entries {
            bytes = bytes.wrapping_add(entry.bookkeeping());
        }
        bytes
    }

    /// Adds a pack, or hands it back if there is no room.
    #[inline(never)]
    pub(crate) fn push(&mut self, entry: Entry) -> Result<(), Entry> {
        let classes = entry.classes();

        self.entries
            .push_within_capacity(entry)
            .map_err(|full| full.0)?;
        // INVARIANT: There is room for as many.
        let _ = self.classes.push_within_capacity(classes);
        Ok(())
    }

    /// Makes room with vectors that are larger than those that are full. Nothing happens if they are
    /// not.
    pub(crate) fn refill(&mut self, room: &mut Packs) {
        vec::refill(&mut self.classes, &mut room.classes);
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
            entries: KVec::with_capacity(room, GFP_KERNEL)?,
            classes: KVec::with_capacity(room, GFP_KERNEL)?,
        })
    }

    /// Takes a pack out; the last one takes its place.
    pub(crate) fn remove(&mut self, place: usize) -> Option<Entry> {
        let last = self.entries.pop()?;
        let classes = self.classes.pop()?;

        Some(match self.entries.get_mut(place) {
            Some(entry) => {
                let entry = mem::replace(entry, last);

                self.set_classes(place, classes);
                entry
            }
            None => last,
        })
    }

    /// Takes the last pack out.
    pub(crate) fn pop(&mut self) -> Option<Entry> {
        self.classes.pop();
        self.entries.pop()
    }

    fn set_classes(&mut self, place: usize, classes: Classes) {
        if let Some(place) = self.classes.get_mut(place) {
            *place = classes;
        }
    }

    /// Takes up to `most` blocks of `grains` grains from one pack: from a run of their own class if
    /// there is one, else from one of the smallest class above.
    pub(crate) fn carve(&mut self, grains: usize, most: usize, slots: &mut Slots) -> Carved {
        let class = Class::of(grains);
        let above = class.next();
        let mut best: Option<(Class, usize)> = None;
        let mut place = 0_usize;

        while let Some(classes) = self.classes.get(place).copied() {
            let mut found = classes.from(class);

            if found == Some(class) {
                match self.carve_at(place, class, grains, most, slots) {
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
            place = place.wrapping_add(1);
        }
        match best {
            Some((class, place)) => self.carve_at(place, class, grains, most, slots),
            None => Carved::Full,
        }
    }

    fn carve_at(
        &mut self,
        place: usize,
        class: Class,
        grains: usize,
        most: usize,
        slots: &mut Slots,
    ) -> Carved {
        let Some(entry) = self.entries.get_mut(place) else {
            return Carved::Full;
        };
        let carved = entry.carve(class, grains, most, slots);
        let classes = entry.classes();

        self.set_classes(place, classes);
        carved
    }

    /// Frees grains of a pack, and forgets the blocks that begin in them.
    pub(crate) fn unlink(&mut self, place: usize, grains: Range<usize>) {
        if let Some(entry) = self.entries.get_mut(place) {
            entry.unlink(grains);
            let classes = entry.classes();

            self.set_classes(place, classes);
        }
    }

    /// Frees a cached block of `grains` grains.
    pub(crate) fn put_back(&mut self, grains: usize, slot: Slot) {
        let addr = slot.start().addr().get();
        let mut place = 0_usize;

        while let Some(entry) = self.entries.get(place) {
            let offset = addr.wrapping_sub(entry.pack.start());

            if offset < entry.pack.len() {
                let grain = offset / GRAIN;

                self.unlink(place, grain..grain.wrapping_add(grains));
                return;
            }
            place = place.wrapping_add(1);
        }
    }
}
