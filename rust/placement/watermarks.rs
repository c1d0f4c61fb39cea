// SPDX-License-Identifier: GPL-2.0

//! Watermarks of the freelists: how many freed blocks of each short length stay on them. The high
//! watermark follows the rate of allocation.
//!
//! None of a length stays that is rarely allocated. Little is gained by it then, and much is lost: a
//! block that stays where it is, among others that come and go, keeps what is free on both sides of
//! it from ever being one run.
//!
//! Pure: imports `core`, `batches.rs` and `freelists.rs` only, so that the host can test it.
//! Arithmetic wraps and slices are read by `get()`, so that nothing can panic.

use crate::placement::{
    batches::BATCH,
    freelists::{Lengths, LONGEST},
};

/// A length is rare of which fewer blocks are allocated between two updates.
// CAST: It becomes longer.
const RARE: u32 = BATCH as u32 / 2;

/// The watermark of one length.
#[derive(Clone, Copy)]
struct Length {
    /// Blocks allocated since the watermark was last updated.
    allocs: u32,
    /// The high watermark, in blocks.
    high: u32,
    /// Blocks on freelists.
    cached: u32,
}

impl Length {
    /// Returns whether so few are allocated that none is worth keeping.
    fn is_rare(&self) -> bool {
        self.high < RARE
    }

    /// Returns whether there are more on freelists than are worth keeping.
    fn has_surplus(&self) -> bool {
        self.cached > if self.is_rare() { 0 } else { self.high }
    }
}

/// The watermarks of all lengths.
pub(crate) struct Watermarks([Length; LONGEST]);

impl Watermarks {
    /// Returns watermarks of zero.
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

    /// Counts `nr` blocks of `grains` grains that were allocated.
    #[inline]
    pub(crate) fn count_alloc(&mut self, grains: usize, nr: u16) {
        if let Some(length) = self.length(grains) {
            length.allocs = length.allocs.wrapping_add(nr.into());
        }
    }

    /// Counts `nr` blocks that left the freelists, because they were allocated or coalesced.
    #[inline]
    pub(crate) fn remove(&mut self, grains: usize, nr: u32) {
        if let Some(length) = self.length(grains) {
            length.cached = length.cached.wrapping_sub(nr);
        }
    }

    /// Counts `nr` blocks of `grains` grains that were put on freelists.
    pub(crate) fn add(&mut self, grains: usize, nr: u16) {
        if let Some(length) = self.length(grains) {
            length.cached = length.cached.wrapping_add(nr.into());
        }
    }

    /// Updates the watermarks to what was allocated since the last update. They rise at once and
    /// fall by half at a time. If much less was allocated in all, they only rise: the worker may
    /// have run again soon after the last update.
    pub(crate) fn update(&mut self) {
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

    /// Returns the lengths whose freelists exceed their watermarks.
    pub(crate) fn surplus(&self) -> Lengths {
        let mut surplus = Lengths::NONE;
        let mut grains = 0_usize;

        for length in &self.0 {
            grains = grains.wrapping_add(1);
            if length.has_surplus() {
                surplus = surplus.or(Lengths::of(grains));
            }
        }
        surplus
    }

    /// Returns whether the freelists of that length exceed their watermark.
    pub(crate) fn has_surplus(&self, grains: usize) -> bool {
        self.0
            .get(grains.wrapping_sub(1))
            .is_some_and(Length::has_surplus)
    }

    /// Returns whether any block of that length is on a freelist.
    #[inline]
    pub(crate) fn has(&self, grains: usize) -> bool {
        self.0
            .get(grains.wrapping_sub(1))
            .is_some_and(|length| length.cached > 0)
    }
}
