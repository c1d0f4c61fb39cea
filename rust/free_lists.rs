// SPDX-License-Identifier: GPL-2.0

//! Blocks that were freed and stay what they are, for the next who asks for just their length.
//!
//! Most frees are followed by an allocation of the same length. To join a block with its neighbours
//! and to cut it out again costs ten times what a list does, so short blocks are joined only when
//! something else needs their grains.
//!
//! Pure but for the atomics of records. Whoever calls holds the pool's lock. Arithmetic wraps and
//! slices are read by `get()`, so that nothing can panic.

use crate::records::{Arena, Index};

/// Longest block that is kept, in grains.
pub(crate) const LONGEST: usize = 32;

/// A set of lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lengths(u32);

const _: () = assert!(LONGEST <= u32::BITS as usize);

impl Lengths {
    /// The empty set.
    pub(crate) const NONE: Lengths = Lengths(0);

    /// The set of one length, or of none if it is too long.
    #[inline]
    pub(crate) const fn of(grains: usize) -> Lengths {
        let place = grains.wrapping_sub(1);

        // CAST: It is small.
        Lengths(if place < LONGEST {
            1_u32.wrapping_shl(place as u32)
        } else {
            0
        })
    }

    /// Returns whether the sets have something in common.
    #[inline]
    pub(crate) const fn meets(self, other: Lengths) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the union.
    #[inline]
    pub(crate) const fn or(self, other: Lengths) -> Lengths {
        Lengths(self.0 | other.0)
    }

    /// Returns what is in both sets.
    #[inline]
    pub(crate) const fn and(self, other: Lengths) -> Lengths {
        Lengths(self.0 & other.0)
    }

    /// Returns what is in this set only.
    #[inline]
    pub(crate) const fn without(self, other: Lengths) -> Lengths {
        Lengths(self.0 & !other.0)
    }

    /// Returns the greatest length of the set.
    pub(crate) fn greatest(self) -> Option<usize> {
        let bits = u32::BITS.wrapping_sub(self.0.leading_zeros());

        (bits > 0).then_some(bits as usize)
    }
}

/// The blocks of a pack that are kept, by length.
///
/// # Invariants
///
/// - `heads` has for each length the number of the first record of a list, or zero. The records are
///   those of cached blocks of that length which nobody has.
/// - `nr` has how many there are of each length, `lengths` those whose list is not empty; `grains` is
///   the sum of the blocks' lengths.
pub(crate) struct FreeLists {
    heads: [u16; LONGEST],
    nr: [u16; LONGEST],
    lengths: Lengths,
    grains: usize,
}

impl FreeLists {
    /// Makes empty lists.
    pub(crate) const fn new() -> FreeLists {
        FreeLists {
            heads: [0; LONGEST],
            nr: [0; LONGEST],
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

        self.nr.iter().map(move |nr| {
            grains = grains.wrapping_add(1);
            (grains, u32::from(*nr))
        })
    }

    /// Keeps the block of a record, of a length that can be kept, that nobody has any more.
    #[inline]
    pub(crate) fn push<A: Arena>(&mut self, arena: &A, index: Index) {
        let Some(record) = arena.get(index) else {
            return;
        };
        let grains = record.block().grains();
        let place = grains.wrapping_sub(1);

        if let (Some(head), Some(nr)) = (self.heads.get_mut(place), self.nr.get_mut(place)) {
            record.renew(Index::new((*head).into()));
            *head = index.to_u16();
            *nr = nr.wrapping_add(1);
            self.lengths = self.lengths.or(Lengths::of(grains));
            self.grains = self.grains.wrapping_add(grains);
        }
    }

    /// Takes up to `most` blocks of `grains` grains, which are linked. Returns the first, and how many
    /// there are.
    pub(crate) fn take<A: Arena>(
        &mut self,
        arena: &A,
        grains: usize,
        most: u16,
    ) -> Option<(Index, u16)> {
        let place = grains.wrapping_sub(1);
        let head = self.heads.get_mut(place)?;
        let nr = self.nr.get_mut(place)?;
        let first = Index::new((*head).into())?;
        let taken = most.min(*nr);
        let mut next = None;

        if taken < *nr {
            next = Some(first);
            for _ in 0..taken {
                next = arena.get(next?)?.next();
            }
        } else {
            self.lengths = self.lengths.without(Lengths::of(grains));
        }
        *head = next.map_or(0, Index::to_u16);
        *nr = nr.wrapping_sub(taken);
        self.grains = self.grains.wrapping_sub(grains.wrapping_mul(taken.into()));
        Some((first, taken))
    }
}
