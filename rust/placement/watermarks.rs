// SPDX-License-Identifier: GPL-2.0

//! How many freed blocks of each short length are worth keeping as they are: as many as were asked
//! for lately.
//!
//! Pure: imports `core` and `freelists.rs` only, so that the host can test it. Arithmetic wraps and
//! slices are read by `get()`, so that nothing can panic.

use crate::placement::freelists::{Lengths, LONGEST};

/// One length.
#[derive(Clone, Copy)]
struct Length {
    /// Blocks that were taken since that was last decided.
    taken: u32,
    /// Blocks that are worth keeping.
    wanted: u32,
    /// Blocks that are kept.
    kept: u32,
}

/// All lengths.
pub(crate) struct Demand([Length; LONGEST]);

impl Demand {
    /// Returns what is known at first: nothing.
    pub(crate) const fn new() -> Demand {
        Demand(
            [Length {
                taken: 0,
                wanted: 0,
                kept: 0,
            }; LONGEST],
        )
    }

    #[inline]
    fn length(&mut self, grains: usize) -> Option<&mut Length> {
        self.0.get_mut(grains.wrapping_sub(1))
    }

    /// `nr` blocks of `grains` grains were taken.
    #[inline]
    pub(crate) fn take(&mut self, grains: usize, nr: u16) {
        if let Some(length) = self.length(grains) {
            length.taken = length.taken.wrapping_add(nr.into());
        }
    }

    /// `nr` blocks are kept no more, because they were taken or joined.
    #[inline]
    pub(crate) fn forget(&mut self, grains: usize, nr: u32) {
        if let Some(length) = self.length(grains) {
            length.kept = length.kept.wrapping_sub(nr);
        }
    }

    /// `nr` blocks of `grains` grains are kept, whether they are worth it or not.
    pub(crate) fn keep(&mut self, grains: usize, nr: u16) {
        if let Some(length) = self.length(grains) {
            length.kept = length.kept.wrapping_add(nr.into());
        }
    }

    /// Decides anew what is worth keeping: what was taken since the last time. Where that is less than
    /// it was, it is believed by halves. If it is much less in all, nothing is decided yet, for the
    /// worker may have looked soon after the last time; but what is more than it was counts at once.
    pub(crate) fn next(&mut self) {
        let (mut taken, mut wanted) = (0_usize, 0_usize);

        for length in &self.0 {
            taken = taken.wrapping_add(length.taken as usize);
            wanted = wanted.wrapping_add(length.wanted as usize);
        }
        let is_new = taken >= wanted / 2;

        for length in &mut self.0 {
            if is_new {
                length.wanted = length.taken.max(length.wanted / 2);
                length.taken = 0;
            } else {
                length.wanted = length.wanted.max(length.taken);
            }
        }
    }

    /// Returns the lengths of which more blocks are kept than is worth it.
    pub(crate) fn surplus(&self) -> Lengths {
        let mut surplus = Lengths::NONE;
        let mut grains = 0_usize;

        for length in &self.0 {
            grains = grains.wrapping_add(1);
            if length.kept > length.wanted {
                surplus = surplus.or(Lengths::of(grains));
            }
        }
        surplus
    }

    /// Returns whether more blocks of that length are kept than is worth it.
    pub(crate) fn has_surplus(&self, grains: usize) -> bool {
        self.0
            .get(grains.wrapping_sub(1))
            .is_some_and(|length| length.kept > length.wanted)
    }

    /// Returns whether any are kept.
    #[inline]
    pub(crate) fn has(&self, grains: usize) -> bool {
        self.0
            .get(grains.wrapping_sub(1))
            .is_some_and(|length| length.kept > 0)
    }
}
