// SPDX-License-Identifier: GPL-2.0

//! A picture of a pack: how much of each part of it is taken, and the runs of its free grains.
//!
//! Pure: imports `core` and `bitmap.rs` only, so that the host can test it. Arithmetic wraps and
//! slices are read by `get()`, so that nothing can panic.

use core::ops::Range;

use crate::placement::bitmap;

/// Most parts of a picture.
pub(crate) const CELLS: usize = 128;

/// Digits of a picture.
const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// How many grains of each part are of some kind.
pub(crate) struct Cells {
    grains: usize,
    /// Grains of a part; the last one may have less.
    per: usize,
    of_kind: [u32; CELLS],
}

/// A digit for each part.
pub(crate) struct Digits {
    digits: [u8; CELLS],
    nr: usize,
}

impl Cells {
    /// Makes a picture of a pack of `grains` grains, none of which is of that kind.
    pub(crate) fn new(grains: usize) -> Cells {
        Cells {
            grains,
            per: grains.div_ceil(CELLS).max(1),
            of_kind: [0; CELLS],
        }
    }

    /// Adds grains that are of that kind.
    pub(crate) fn add(&mut self, run: Range<usize>) {
        let end = run.end.min(self.grains);
        let mut at = run.start;

        while at < end {
            let cell = at.checked_div(self.per).unwrap_or(0);
            let next = cell.wrapping_add(1).wrapping_mul(self.per).min(end);

            if let Some(of_kind) = self.of_kind.get_mut(cell) {
                // CAST: A pack has less grains than that.
                *of_kind = of_kind.wrapping_add(next.wrapping_sub(at) as u32);
            }
            at = next;
        }
    }

    /// Returns a hexadecimal digit for each part: 0 if none of its grains is of that kind, f if all
    /// are, and in between a fourteenth of them each.
    pub(crate) fn digits(&self) -> Digits {
        let mut digits = Digits {
            digits: [b'0'; CELLS],
            nr: 0,
        };
        let mut start = 0_usize;

        for (digit, of_kind) in digits.digits.iter_mut().zip(self.of_kind) {
            if start >= self.grains {
                break;
            }
            let all = self.per.min(self.grains.wrapping_sub(start));
            let of_kind = of_kind as usize;
            let level = if of_kind == 0 {
                0
            } else if of_kind >= all {
                15
            } else {
                of_kind
                    .wrapping_mul(14)
                    .checked_div(all)
                    .unwrap_or(0)
                    .wrapping_add(1)
            };

            *digit = DIGITS.get(level).copied().unwrap_or(b'f');
            digits.nr = digits.nr.wrapping_add(1);
            start = start.wrapping_add(self.per);
        }
        digits
    }
}

impl Digits {
    /// Returns them as a string.
    pub(crate) fn as_str(&self) -> &str {
        let digits = self.digits.get(..self.nr).unwrap_or(&[]);

        core::str::from_utf8(digits).unwrap_or("")
    }
}

/// Runs of free grains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Runs {
    /// How many.
    pub(crate) nr: usize,
    /// Grains in all.
    pub(crate) grains: usize,
    /// Grains of the longest.
    pub(crate) longest: usize,
}

impl Runs {
    /// Looks for the runs among the first `grains` bits, and calls `visit` with each.
    pub(crate) fn of(words: &[u64], grains: usize, mut visit: impl FnMut(Range<usize>)) -> Runs {
        let mut runs = Runs::default();
        let mut at = 0_usize;

        loop {
            let start = bitmap::next(words, at, grains, true);
            if start >= grains {
                return runs;
            }
            let end = bitmap::next(words, start, grains, false);
            let run = start..end;
            let len = bitmap::length(&run);

            runs.nr = runs.nr.wrapping_add(1);
            runs.grains = runs.grains.wrapping_add(len);
            runs.longest = runs.longest.max(len);
            visit(run);
            at = end;
        }
    }
}
