// SPDX-License-Identifier: GPL-2.0

//! Runs of bits.
//!
//! Pure: imports `core` only, so that the host can test it. Arithmetic wraps and slices are read by
//! `get()`, so that nothing can panic: a bit that is not there is zero, and stays so.

use core::ops::Range;

/// Bits of a word.
pub(crate) const WORD: usize = u64::BITS as usize;

/// Returns the length of a run. (`Range::len()` brings an assertion along.)
#[inline]
pub(crate) fn length(run: &Range<usize>) -> usize {
    run.end.wrapping_sub(run.start)
}

fn word(words: &[u64], index: usize) -> u64 {
    words.get(index).copied().unwrap_or(0)
}

/// Returns whether a bit is set.
pub(crate) fn is_set(words: &[u64], at: usize) -> bool {
    word(words, at / WORD) >> (at % WORD) & 1 != 0
}

/// Returns the first of the bits `at..end` that is set, or that is not, or `end`.
pub(crate) fn next(words: &[u64], at: usize, end: usize, is_set: bool) -> usize {
    let flip = if is_set { 0 } else { u64::MAX };
    let last = end.div_ceil(WORD).min(words.len());
    let Some((first, others)) = words.get(at / WORD..last).and_then(<[u64]>::split_first) else {
        return if is_set { end } else { at.min(end) };
    };
    let mut found = (first ^ flip) & (u64::MAX << (at % WORD));
    let mut place = at / WORD;

    if found == 0 {
        // Most of what is looked through are words of one kind.
        let nr = others.iter().position(|word| *word != flip);

        place = place
            .wrapping_add(1)
            .wrapping_add(nr.unwrap_or(others.len()));
        found = match nr.and_then(|nr| others.get(nr)) {
            Some(word) => word ^ flip,
            None if is_set => return end,
            None => 1,
        };
    }
    let bit = found.trailing_zeros() as usize;

    place.wrapping_mul(WORD).wrapping_add(bit).min(end)
}

/// Returns where the run of set bits begins that ends before `at`, but not less than `limit`.
pub(crate) fn run_before(words: &[u64], at: usize, limit: usize) -> usize {
    let mut start = at;

    while start > limit {
        let last = start.wrapping_sub(1);
        let bit = last % WORD;
        // The bits up to `last`, at the top of a word
        let top = word(words, last / WORD) << WORD.wrapping_sub(1).wrapping_sub(bit);
        let ones = (top.leading_ones() as usize).min(bit.wrapping_add(1));

        start = start.wrapping_sub(ones);
        if ones <= bit {
            break;
        }
    }
    start.max(limit)
}

/// Sets bits, or clears them.
pub(crate) fn set(words: &mut [u64], bits: Range<usize>, to: bool) {
    let mut at = bits.start;

    while at < bits.end {
        let bit = at % WORD;
        let nr = bits.end.wrapping_sub(at).min(WORD.wrapping_sub(bit));
        // CAST: Both are less than the bits of a word.
        let mask = u64::MAX
            .wrapping_shr(WORD.wrapping_sub(nr) as u32)
            .wrapping_shl(bit as u32);

        if let Some(word) = words.get_mut(at / WORD) {
            *word = if to { *word | mask } else { *word & !mask };
        }
        at = at.wrapping_add(nr);
    }
}
