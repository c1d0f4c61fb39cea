// SPDX-License-Identifier: GPL-2.0

//! Where a block goes if nobody is to guess it: anywhere that is free.
//!
//! A few random places are tried first. Where most of a pack is taken, and none of them is free, one
//! more says which run: the next one from there on that is long enough; and where in it. A block
//! begins at a multiple of its length, rounded down to a power of two, so that what lies between
//! blocks of one length is as long as they are: without that, a pack is full when a quarter of it is
//! still free.

use core::ops::{DerefMut, Range};

use crate::placement::{
    bitmap,
    map::{Class, Map, LEAF, TRIES},
};

/// Places that are tried.
const PROBES: usize = 8;

/// Random numbers that are made of 64 random bits.
struct Dice(u64);

impl Dice {
    /// Returns a number below `bound`, which is one of grains.
    fn below(&mut self, bound: usize) -> usize {
        // As Knuth has it in MMIX: the upper half is what is random of the following ones.
        let high = self.0.wrapping_shr(u32::BITS);
        let number = (bound as u64).wrapping_mul(high).wrapping_shr(u32::BITS);

        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        // CAST: It is less than `bound`.
        number as usize
    }

    /// Returns one of the multiples of `unit` in a run that `len` grains may begin at.
    fn place_in(&mut self, run: &Range<usize>, len: usize, unit: usize) -> Option<usize> {
        let first = run.start.checked_next_multiple_of(unit)?;
        let room = run.end.checked_sub(len)?.checked_sub(first)?;
        let places = (room / unit.max(1)).wrapping_add(1);

        Some(first.wrapping_add(self.below(places).wrapping_mul(unit)))
    }
}

impl<S: DerefMut<Target = [u64]>> Map<S> {
    /// Takes `len` grains, which are not none, at a place that 64 random bits choose. Returns the
    /// first one.
    ///
    /// [`None`] if no run is long enough; or if some are, but none that is of a class above that of
    /// `len`, and several of that class are too short.
    pub(crate) fn take_anywhere(&mut self, len: usize, dice: u64) -> Option<usize> {
        let first = self.anywhere(len, Dice(dice))?;
        let taken = first..first.wrapping_add(len);

        bitmap::set(&mut self.bits, taken.clone(), false);
        self.update(taken);
        self.free = self.free.wrapping_sub(len);
        Some(first)
    }

    fn anywhere(&self, len: usize, mut dice: Dice) -> Option<usize> {
        let unit = 1_usize.wrapping_shl(len.checked_ilog2()?);

        for _ in 0..PROBES {
            let first = dice.place_in(&(0..self.grains), len, unit)?;
            let end = first.wrapping_add(len);

            if bitmap::next(&self.bits, first, end, false) == end {
                return Some(first);
            }
        }
        let from = dice.below(self.grains);
        let mut tries = TRIES;
        let run = self
            .fitting(len, from..self.grains, &mut tries)
            .or_else(|| self.fitting(len, 0..from, &mut tries))?;

        Some(dice.place_in(&run, len, unit).unwrap_or(run.start))
    }

    /// Returns the first run that begins in `grains` and has `len` grains. Looks at no run of the
    /// class of `len` any more when `tries` of them were too short.
    fn fitting(&self, len: usize, grains: Range<usize>, tries: &mut usize) -> Option<Range<usize>> {
        let class = Class::of(len);
        let mut at = grains.start;

        while at < grains.end {
            let leaf = at / LEAF;
            let end = leaf.wrapping_add(1).wrapping_mul(LEAF).min(grains.end);
            let least = match class.next() {
                Some(above) if *tries == 0 => above,
                _ => class,
            };

            if self
                .node(self.leaves.wrapping_add(leaf))
                .from(least)
                .is_some()
            {
                while let Some(run) = self.run_from(at, end, usize::MAX) {
                    let has = bitmap::length(&run);

                    if has >= len {
                        return Some(run);
                    }
                    if Class::of(has) == class {
                        *tries = tries.saturating_sub(1);
                    }
                    at = run.end;
                }
            }
            at = end;
        }
        None
    }
}
