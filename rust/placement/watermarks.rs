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
    /// Blocks that were allocated since that was last decided.
    allocs: u32,
    /// Blocks that are worth keeping.
    high: u32,
    /// Blocks that are cached.
    cached: u32,
}

/// All lengths.
pub(crate) struct Watermarks([Length; LONGEST]);

impl Watermarks {
    /// Returns what is known at first: nothing.
    pub(crate) const fn new() -> Watermarks {
        Watermarks(
            [Length {
                allocs: 0,
                high: 0,
                cached: 0,
            }; LONGEST],
        )
    }

    #[inline]
    fn length(&mut self, grains: usize) -> Option<&mut Length> {
        self.0.get_mut(grains.wrapping_sub(1))
    }

    /// `nr` blocks of `grains` grains were allocated.
    #[inline]
    pub(crate) fn take(&mut self, grains: usize, nr: u16) {
        if let Some(length) = self.length(grains) {
            length.allocs = length.allocs.wrapping_add(nr.into());
        }
    }

    /// `nr` blocks are cached no more, because they were allocated or joined.
    #[inline]
    pub(crate) fn forget(&mut self, grains: usize, nr: u32) {
        if let Some(length) = self.length(grains) {
            length.cached = length.cached.wrapping_sub(nr);
        }
    }

    /// `nr` blocks of `grains` grains are cached, whether they are worth it or not.
    pub(crate) fn keep(&mut self, grains: usize, nr: u16) {
        if let Some(length) = self.length(grains) {
            length.cached = length.cached.wrapping_add(nr.into());
        }
    }

    /// Decides anew what is worth keeping: what was allocated since the last time. Where that is less than
    /// it was, it is believed by halves. If it is much less in all, nothing is decided yet, for the
    /// worker may have looked soon after the last time; but what is more than it was counts at once.
    pub(crate) fn next(&mut self) {
        let (mut allocs, mut high) = (0_usize, 0_usize);

        for length in &self.0 {
            allocs = allocs.wrapping_add(length.allocs as usize);
            high = high.wrapping_add(length.high as usize);
        }
        let is_new = allocs >= high / 2;

        for length in &mut self.0 {
            if is_new {
                length.high = length.allocs.max(length.high / 2);
                length.allocs = 0;
            } else {
                length.high = length.high.max(length.allocs);
            }
        }
    }

    /// Returns the lengths of which more blocks are cached than is worth it.
    pub(crate) fn surplus(&self) -> Lengths {
        let mut surplus = Lengths::NONE;
        let mut grains = 0_usize;

        for length in &self.0 {
            grains = grains.wrapping_add(1);
            if length.cached > length.high {
                surplus = surplus.or(Lengths::of(grains));
            }
        }
        surplus
    }

    /// Returns whether more blocks of that length are cached than is worth it.
    pub(crate) fn has_surplus(&self, grains: usize) -> bool {
        self.0
            .get(grains.wrapping_sub(1))
            .is_some_and(|length| length.cached > length.high)
    }

    /// Returns whether any are cached.
    #[inline]
    pub(crate) fn has(&self, grains: usize) -> bool {
        self.0
            .get(grains.wrapping_sub(1))
            .is_some_and(|length| length.cached > 0)
    }
}
