// SPDX-License-Identifier: GPL-2.0

//! The freelists of a pack: freed blocks that are not coalesced, by length.
//!
//! Most frees are followed by an allocation of the same length. To coalesce a block with its
//! neighbours and to split it again costs ten times what a freelist does, so short blocks are
//! coalesced only when their grains are needed for something else.
//!
//! Pure but for the atomics of records. Callers hold the pool's lock. Arithmetic wraps and
//! slices are read by `get()`, so that nothing can panic.

use crate::placement::{
    batches::{Fresh, List},
    record::{Index, RecordTable},
};

/// Longest block that freelists have, in grains.
pub(crate) const LONGEST: usize = 128;

/// Bits of a word.
const WORD: usize = u64::BITS as usize;

/// A set of lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lengths(u64, u64);

const _: () = assert!(LONGEST <= 2 * WORD);

impl Lengths {
    /// The empty set.
    pub(crate) const NONE: Lengths = Lengths(0, 0);

    /// The set of one length, or of none if it is too long.
    #[inline]
    pub(crate) const fn of(grains: usize) -> Lengths {
        let place = grains.wrapping_sub(1);
        // CAST: It is small.
        let bit = 1_u64.wrapping_shl((place % WORD) as u32);

        if place < WORD {
            Lengths(bit, 0)
        } else if place < LONGEST {
            Lengths(0, bit)
        } else {
            Lengths::NONE
        }
    }

    /// Returns whether there is none in it.
    #[inline]
    pub(crate) const fn is_empty(self) -> bool {
        self.0 | self.1 == 0
    }

    /// Returns whether the sets have something in common.
    #[inline]
    pub(crate) const fn meets(self, other: Lengths) -> bool {
        !self.and(other).is_empty()
    }

    /// Returns the union.
    #[inline]
    pub(crate) const fn or(self, other: Lengths) -> Lengths {
        Lengths(self.0 | other.0, self.1 | other.1)
    }

    /// Returns what is in both sets.
    #[inline]
    pub(crate) const fn and(self, other: Lengths) -> Lengths {
        Lengths(self.0 & other.0, self.1 & other.1)
    }

    /// Returns what is in this set only.
    #[inline]
    pub(crate) const fn without(self, other: Lengths) -> Lengths {
        Lengths(self.0 & !other.0, self.1 & !other.1)
    }

    /// Returns the greatest length of the set.
    pub(crate) fn greatest(self) -> Option<usize> {
        if let Some(place) = self.1.checked_ilog2() {
            return Some((place as usize).wrapping_add(WORD).wrapping_add(1));
        }
        Some((self.0.checked_ilog2()? as usize).wrapping_add(1))
    }
}

/// The freelists of a pack.
///
/// # Invariants
///
/// - Each length has a list of blocks of that length.
/// - `lengths` has those whose list is not empty; `grains` is the sum of the blocks' lengths.
pub(crate) struct FreeLists {
    lists: [List; LONGEST],
    lengths: Lengths,
    grains: usize,
}

impl FreeLists {
    /// Makes empty lists.
    pub(crate) const fn new() -> FreeLists {
        FreeLists {
            lists: [const { List::EMPTY }; LONGEST],
            lengths: Lengths::NONE,
            grains: 0,
        }
    }

    /// Returns the lengths of which there are blocks.
    #[inline]
    pub(crate) fn lengths(&self) -> Lengths {
        self.lengths
    }

    /// Returns how many grains all blocks have.
    pub(crate) fn grains(&self) -> usize {
        self.grains
    }

    /// Iterates over the lengths, and how many blocks there are of each.
    pub(crate) fn each(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        let mut grains = 0_usize;

        self.lists.iter().map(move |list| {
            grains = grains.wrapping_add(1);
            (grains, u32::from(list.nr()))
        })
    }

    /// Adds reclaimed blocks of `grains` grains, at most [`LONGEST`].
    pub(crate) fn add<A: RecordTable>(&mut self, table: &A, grains: usize, fresh: Fresh) {
        let list = self.lists.get_mut(grains.wrapping_sub(1));

        if list.and_then(|list| list.add(table, fresh)).is_some() {
            self.lengths = self.lengths.or(Lengths::of(grains));
            self.grains = self
                .grains
                .wrapping_add(grains.wrapping_mul(fresh.nr().into()));
        }
    }

    /// Takes up to `most` blocks of `grains` grains, as [`List::take`].
    pub(crate) fn take<A: RecordTable>(
        &mut self,
        table: &A,
        grains: usize,
        most: u16,
    ) -> Option<(Index, u16)> {
        let list = self.lists.get_mut(grains.wrapping_sub(1))?;
        let (first, nr) = list.take(table, most)?;

        if list.nr() == 0 {
            self.lengths = self.lengths.without(Lengths::of(grains));
        }
        self.grains = self.grains.wrapping_sub(grains.wrapping_mul(nr.into()));
        Some((first, nr))
    }
}
