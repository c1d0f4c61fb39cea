// SPDX-License-Identifier: GPL-2.0

//! Memory for the records of a pack.

use core::{cell::Cell, ptr};
use kernel::prelude::*;

use crate::{
    records::{Arena, Index, Record},
    vec,
};

// SAFETY: A record is made of atomic integers.
unsafe impl Zeroable for Record {}

/// Records that an arena can take in.
pub(crate) struct Slab(KVec<Record>);

/// Records in slabs that are added as they are needed, and stay where they are.
///
/// # Invariants
///
/// - The first `nr` pointers of `slabs` are those of a [`KVec`] with `1 << shift` records each, which
///   `self` owns, the others are null. They change once, and `nr` too, under the lock of the pool.
/// - Who does not hold that lock looks only for records whose index was published, with release
///   ordering, after their slab was there.
pub(crate) struct Slabs {
    slabs: KVec<Cell<*mut Record>>,
    nr: Cell<usize>,
    shift: u32,
}

// SAFETY: Records are made of atomics, and belong to nobody.
unsafe impl Send for Slabs {}

// SAFETY: Records are made of atomics. By the type invariants, a pointer is not read while it is
// written.
unsafe impl Sync for Slabs {}

impl Slabs {
    /// Makes an arena for `most` records that grows by `1 << shift`. It has that many.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(most: usize, shift: u32) -> Result<Slabs> {
        let nr = most
            .wrapping_add(1_usize.wrapping_shl(shift).wrapping_sub(1))
            .wrapping_shr(shift);
        let slabs = Slabs {
            slabs: vec::filled(nr, || Ok(Cell::new(ptr::null_mut())))?,
            nr: Cell::new(0),
            shift,
        };
        // SAFETY: Nobody else has it yet.
        unsafe { slabs.add(slabs.slab()?) };
        Ok(slabs)
    }

    #[inline]
    fn per_slab(&self) -> usize {
        1_usize.wrapping_shl(self.shift)
    }

    /// Makes a slab to add.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn slab(&self) -> Result<Slab> {
        Ok(Slab(vec::zeroed(self.per_slab())?))
    }

    /// Returns whether there is room for another slab, to the holder of the pool's lock.
    pub(crate) fn can_grow(&self) -> bool {
        self.nr.get() < self.slabs.len()
    }

    /// Adds a slab of this arena. Returns whether there is room for one.
    ///
    /// # Safety
    ///
    /// The caller holds the lock of the pool, or nobody else has the arena.
    pub(crate) unsafe fn add(&self, slab: Slab) -> bool {
        let Some(place) = self.slabs.get(self.nr.get()) else {
            return false;
        };
        let (slab, ..) = slab.0.into_raw_parts();

        // INVARIANT: The place was null, and the caller holds the lock.
        place.set(slab);
        self.nr.set(self.nr.get().wrapping_add(1));
        true
    }

    /// Returns how many bytes it has.
    ///
    /// # Safety
    ///
    /// The caller holds the lock of the pool.
    pub(crate) unsafe fn bytes(&self) -> usize {
        let records = Arena::len(self).wrapping_mul(size_of::<Record>());

        records.wrapping_add(self.slabs.capacity().wrapping_mul(size_of::<usize>()))
    }
}

impl Arena for Slabs {
    #[inline]
    fn get(&self, index: Index) -> Option<&Record> {
        let place = index.place();
        let slab = self.slabs.get(place.wrapping_shr(self.shift))?.get();
        let in_slab = place & self.per_slab().wrapping_sub(1);

        if slab.is_null() {
            return None;
        }
        // SAFETY: By the type invariant, the slab has that many records, and `in_slab` is less. They
        // stay as long as `self` does.
        Some(unsafe { &*slab.add(in_slab) })
    }

    fn len(&self) -> usize {
        self.nr.get().wrapping_mul(self.per_slab())
    }
}

impl Drop for Slabs {
    fn drop(&mut self) {
        let nr = self.per_slab();

        for slab in &self.slabs {
            let slab = slab.get();

            if !slab.is_null() {
                // SAFETY: By the type invariant, these are the parts of a vector that `self` owns.
                drop(unsafe { KVec::from_raw_parts(slab, nr, nr) });
            }
        }
    }
}
