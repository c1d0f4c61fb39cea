// SPDX-License-Identifier: GPL-2.0

//! Blocks whose grace period has ended, sorted by length.
//!
//! The worker sorts them without the pool's lock; then each length goes to its freelist as a whole,
//! so the lock is held no longer for many blocks than for a few.
//!
//! Pure but for the atomics of records.

use crate::placement::{
    batches::Fresh,
    block::Block,
    freelists::LONGEST,
    record::{Index, Record},
};

/// Reclaimed blocks of all lengths that freelists have.
pub(crate) struct Reclaimed([Fresh; LONGEST]);

impl Reclaimed {
    /// Returns none.
    pub(crate) const fn new() -> Reclaimed {
        Reclaimed([Fresh::NONE; LONGEST])
    }

    /// Adds the reclaimed block of a record, which begins at `grain`. Returns false if it is too
    /// long for a freelist.
    #[inline]
    pub(crate) fn push(
        &mut self,
        index: Index,
        record: &Record,
        block: Block,
        grain: usize,
    ) -> bool {
        match self.0.get_mut(block.grains().wrapping_sub(1)) {
            Some(fresh) => {
                fresh.push(index, record, block, grain);
                true
            }
            None => false,
        }
    }

    /// Iterates over the lengths of which there are blocks.
    pub(crate) fn each(&self) -> impl Iterator<Item = (usize, Fresh)> + '_ {
        let mut grains = 0_usize;

        self.0
            .iter()
            .map(move |fresh| {
                grains = grains.wrapping_add(1);
                (grains, *fresh)
            })
            .filter(|(_, fresh)| fresh.nr() > 0)
    }
}
