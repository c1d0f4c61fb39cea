// SPDX-License-Identifier: GPL-2.0

//! A freelist of blocks of one length, in batches.
//!
//! The blocks are linked, and the record of the first block of each batch has the number of its
//! blocks and the next batch. So a per-CPU cache is refilled, and reclaimed blocks are added,
//! without a look at each block.
//!
//! Pure but for the atomics of records. Arithmetic wraps and slices are read by `get()`, so that
//! nothing can panic.

use crate::placement::{
    block::Block,
    record::{Index, Record, RecordTable},
};

/// Most blocks of a batch, and of a refill of a per-CPU cache.
pub(crate) const BATCH: u16 = 32;

/// Reclaimed blocks that are not on a freelist yet.
///
/// # Invariants
///
/// As [`List`], but that the blocks in front of `behind` are no batch yet: there are less than
/// [`BATCH`]. `bottom` is the first block of the last batch, and `last` the last of all; the
/// numbers are zero if there is no such block.
#[derive(Clone, Copy)]
pub(crate) struct Fresh {
    first: u16,
    nr: u16,
    behind: u16,
    bottom: u16,
    last: u16,
}

impl Fresh {
    /// No blocks.
    pub(crate) const NONE: Fresh = Fresh {
        first: 0,
        nr: 0,
        behind: 0,
        bottom: 0,
        last: 0,
    };

    /// Returns how many there are.
    pub(crate) fn nr(&self) -> u16 {
        self.nr
    }

    /// Adds the reclaimed block of a record, which begins at `grain`.
    #[inline]
    pub(crate) fn push(&mut self, index: Index, record: &Record, block: Block, grain: usize) {
        record.renew(block, grain, Index::new(self.first.into()));
        if self.nr == 0 {
            self.last = index.to_u16();
        }
        self.first = index.to_u16();
        self.nr = self.nr.wrapping_add(1);
        if self.nr % BATCH == 0 {
            self.end_batch(record, BATCH);
        }
    }

    /// Makes a batch of the first `nr` blocks, of which `first` is the record of the first.
    #[inline(never)]
    fn end_batch(&mut self, first: &Record, nr: u16) {
        first.begin_batch(nr, self.behind);
        self.behind = self.first;
        if self.bottom == 0 {
            self.bottom = self.first;
        }
    }
}

/// A freelist of blocks of one length.
///
/// # Invariants
///
/// `nr` records are linked from the one with the number `first` on, which is zero if there are
/// none. They are those of cached blocks. The record of the first block of each batch says how many
/// blocks that has, at least one, and the number of the one behind the last of them.
pub(crate) struct List {
    first: u16,
    nr: u16,
}

impl List {
    /// No blocks.
    pub(crate) const EMPTY: List = List { first: 0, nr: 0 };

    /// Returns how many there are.
    #[inline]
    pub(crate) fn nr(&self) -> u16 {
        self.nr
    }

    /// Adds reclaimed blocks, whose records are on no other list.
    pub(crate) fn add<A: RecordTable>(&mut self, table: &A, mut fresh: Fresh) -> Option<()> {
        let rest = fresh.nr % BATCH;

        if rest > 0 {
            let first = table.get(Index::new(fresh.first.into())?)?;

            fresh.end_batch(first, rest);
        }
        if let Some(behind) = Index::new(self.first.into()) {
            let last = table.get(Index::new(fresh.last.into())?)?;
            let bottom = table.get(Index::new(fresh.bottom.into())?)?;
            let (nr, _) = bottom.batch();

            last.link(Some(behind));
            bottom.begin_batch(nr, self.first);
        }
        self.first = fresh.first;
        self.nr = self.nr.wrapping_add(fresh.nr);
        Some(())
    }

    /// Takes some blocks, which are linked: as many as there are in the first batches that come to
    /// `most` or less, and if the first has more, `most`. Returns the first, and how many there
    /// are.
    pub(crate) fn take<A: RecordTable>(&mut self, table: &A, most: u16) -> Option<(Index, u16)> {
        let first = Index::new(self.first.into())?;
        let (mut next, mut nr) = (self.first, 0_u16);

        while let Some(index) = Index::new(next.into()) {
            let (of_batch, behind) = table.get(index)?.batch();

            if of_batch > most.wrapping_sub(nr) {
                break;
            }
            nr = nr.wrapping_add(of_batch);
            next = behind;
        }
        if nr == 0 && most > 0 {
            next = List::cut(table, first, most)?.to_u16();
            nr = most;
        }
        self.first = next;
        self.nr = self.nr.wrapping_sub(nr);
        (nr > 0).then_some((first, nr))
    }

    /// Cuts `nr` blocks off a batch that has more. Returns the first of the others.
    fn cut<A: RecordTable>(table: &A, first: Index, nr: u16) -> Option<Index> {
        let (of_batch, behind) = table.get(first)?.batch();
        let mut index = first;

        for _ in 0..nr {
            index = table.get(index)?.next()?;
        }
        table
            .get(index)?
            .begin_batch(of_batch.wrapping_sub(nr), behind);
        Some(index)
    }
}
