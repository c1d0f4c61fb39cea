// SPDX-License-Identifier: GPL-2.0

//! The memory of a pack's records: slabs that are added as needed, and never move.

use core::{cell::Cell, ptr};
use kernel::prelude::*;

use crate::{
    placement::record::{Index, Record, RecordTable},
    sys::vec,
};

// SAFETY: A record is made of atomic integers.
unsafe impl Zeroable for Record {}

/// Records that a table can take in.
pub(crate) struct RecordSlab(KVVec<Record>);

impl RecordSlab {
    /// Makes one of that many records: see [`RecordSlabs::missing`].
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn new(records: usize) -> Result<RecordSlab> {
        Ok(RecordSlab(vec::zeroed(records)?))
    }
}

/// Small slabs. Few packs need more.
const SMALL: usize = 64;
/// Logarithm of how much larger the others are, lest the table of slabs be large.
const LARGER: u32 = 4;

/// Records in slabs that are added as they are needed, and stay where they are.
///
/// # Invariants
///
/// - Each of the small slabs has `1 << shift` records, which is `mask` and one, and all together
///   have `border`; each of the others has `1 << LARGER` times as many. Small ones come first.
/// - The first `nr` pointers are those of a [`KVVec`] of that many records, which `self` owns, the
///   others are null. They change once, and `nr` too, under the lock of the pool.
/// - A lockless reader looks only for records whose index was published, with release
///   ordering, after their slab was there.
pub(crate) struct RecordSlabs {
    small: [Cell<*mut Record>; SMALL],
    large: KVVec<Cell<*mut Record>>,
    nr: Cell<usize>,
    most: usize,
    shift: u32,
    mask: usize,
    border: usize,
}

// SAFETY: Records are made of atomics, and have no owner.
unsafe impl Send for RecordSlabs {}

// SAFETY: Records are made of atomics. By the type invariants, a pointer is not read while it is
// written.
unsafe impl Sync for RecordSlabs {}

impl RecordSlabs {
    /// Makes a table for `most` records, with slabs of `1 << shift` and more. It has the first.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(most: usize, shift: u32) -> Result<RecordSlabs> {
        let mask = 1_usize.wrapping_shl(shift).wrapping_sub(1);
        let border = SMALL.wrapping_shl(shift);
        let small = most.min(border).wrapping_add(mask).wrapping_shr(shift);
        let large = most
            .saturating_sub(border)
            .wrapping_shr(shift.wrapping_add(LARGER));
        let slabs = RecordSlabs {
            small: [const { Cell::new(ptr::null_mut()) }; SMALL],
            large: vec::filled(large, || Ok(Cell::new(ptr::null_mut())))?,
            nr: Cell::new(0),
            most: small.wrapping_add(large),
            shift,
            mask,
            border,
        };
        // SAFETY: The table is new, and no other task has it.
        drop(unsafe { slabs.add(RecordSlab::new(slabs.records_of(0))?) });
        Ok(slabs)
    }

    /// Returns where the pointer to slab number `slab` is.
    fn place(&self, slab: usize) -> Option<&Cell<*mut Record>> {
        self.small
            .get(slab)
            .or_else(|| self.large.get(slab.wrapping_sub(SMALL)))
    }

    /// Returns how many records slab number `slab` has.
    fn records_of(&self, slab: usize) -> usize {
        let small = self.mask.wrapping_add(1);

        if slab < SMALL {
            small
        } else {
            small.wrapping_shl(LARGER)
        }
    }

    /// Returns how many records the slab must have that is to be added next, or [`None`] if there
    /// is room for no other. To the holder of the pool's lock.
    pub(crate) fn missing(&self) -> Option<usize> {
        let nr = self.nr.get();

        (nr < self.most).then(|| self.records_of(nr))
    }

    /// Adds a slab, or hands it back if it is not what is missing, because another task has added
    /// one meanwhile. To free it may sleep, so the caller gives the lock back first.
    ///
    /// # Safety
    ///
    /// The caller holds the lock of the pool, or the table is new.
    pub(crate) unsafe fn add(&self, slab: RecordSlab) -> Option<RecordSlab> {
        let nr = self.nr.get();
        let Some(place) = self.place(nr) else {
            return Some(slab);
        };
        if self.missing() != Some(slab.0.len()) {
            return Some(slab);
        }
        let (slab, ..) = slab.0.into_raw_parts();

        // INVARIANT: The place was null, and the caller holds the lock. The slab has as many
        // records as it must, as was just checked.
        place.set(slab);
        self.nr.set(nr.wrapping_add(1));
        None
    }

    /// Finds a record of a larger slab.
    #[cold]
    fn get_large(&self, index: Index) -> Option<(*mut Record, usize)> {
        let place = index.place().wrapping_sub(self.border);
        let shift = self.shift.wrapping_add(LARGER);
        let slab = place.wrapping_shr(shift);

        Some((
            self.large.get(slab)?.get(),
            place.wrapping_sub(slab.wrapping_shl(shift)),
        ))
    }

    /// Returns how many bytes it has.
    ///
    /// # Safety
    ///
    /// The caller holds the lock of the pool.
    pub(crate) unsafe fn bytes(&self) -> usize {
        let records = RecordTable::len(self).wrapping_mul(size_of::<Record>());

        records.wrapping_add(self.large.capacity().wrapping_mul(size_of::<usize>()))
    }
}

impl RecordTable for RecordSlabs {
    #[inline]
    fn get(&self, index: Index) -> Option<&Record> {
        let place = index.place();
        let (slab, in_slab) = match self.small.get(place.wrapping_shr(self.shift)) {
            Some(slab) => (slab.get(), place & self.mask),
            None => self.get_large(index)?,
        };

        if slab.is_null() {
            return None;
        }
        // SAFETY: By the type invariants, the slab has more records than `in_slab`. They stay as
        // long as `self` does.
        Some(unsafe { &*slab.add(in_slab) })
    }

    fn len(&self) -> usize {
        let nr = self.nr.get();
        let large = nr.saturating_sub(SMALL).wrapping_shl(LARGER);

        nr.min(SMALL).wrapping_add(large).wrapping_shl(self.shift)
    }
}

impl Drop for RecordSlabs {
    fn drop(&mut self) {
        let mut nr = 0_usize;

        while let Some(place) = self.place(nr) {
            let slab = place.get();
            let records = self.records_of(nr);

            nr = nr.wrapping_add(1);
            if !slab.is_null() {
                // SAFETY: By the type invariants, these are the parts of a vector that `self` owns.
                drop(unsafe { KVVec::from_raw_parts(slab, records, records) });
            }
        }
    }
}
