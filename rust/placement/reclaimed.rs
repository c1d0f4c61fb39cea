// SPDX-License-Identifier: GPL-2.0

//! Blocks that come back from their grace period, sorted by length.
//!
//! Whoever takes them back looks at each once, without the pool's lock, and holds that no longer for
//! many than for a few.
//!
//! Pure but for the atomics of records.

use crate::placement::{
    batches::Fresh,
    block::Block,
    freelists::LONGEST,
    record::{Index, Record},
};

/// Blocks of all lengths that can be kept.
pub(crate) struct Reclaimed([Fresh; LONGEST]);

impl Reclaimed {
    /// Returns none.
    pub(crate) const fn new() -> Reclaimed {
        Reclaimed([Fresh::NONE; LONGEST])
    }

    /// Adds the block of a record, which nobody has any more and begins at `grain`. Returns false if it
    /// is too long.
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
