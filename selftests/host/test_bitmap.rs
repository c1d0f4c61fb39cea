// SPDX-License-Identifier: GPL-2.0

//! Runs of bits, against a `bool` for each.

use crate::placement::bitmap::{is_set, length, next, run_before, set, WORD};
use crate::rng::Rng;

const WORDS: usize = 5;
const BITS: usize = WORDS * WORD;
const STEPS: usize = 200_000;

/// A place, often at the border of a word, sometimes behind the last.
fn place(rng: &mut Rng) -> usize {
    match rng.below(8) {
        0 => rng.below(WORDS + 1) * WORD,
        1 => BITS + rng.below(2 * WORD),
        _ => rng.below(BITS),
    }
}

#[test]
fn runs_of_bits_are_those_of_a_naive_list() {
    let mut rng = Rng::new(1);
    let mut words = [0; WORDS];
    let mut naive = vec![false; BITS + 2 * WORD];

    for step in 0..STEPS {
        let (at, end) = (place(&mut rng), place(&mut rng));
        let to = rng.one_in(2);

        if step % 3 == 0 {
            set(&mut words, at..end, to);
            for bit in at..end.min(BITS) {
                naive[bit] = to;
            }
        }

        let first = (at..end).find(|bit| naive[*bit] == to);
        let before = (end..at).rev().find(|bit| !naive[*bit]);

        if at <= end {
            assert_eq!(length(&(at..end)), end - at);
        }
        assert_eq!(is_set(&words, at), naive[at]);
        assert_eq!(next(&words, at, end, to), first.unwrap_or(end));
        if end <= at {
            let want = before.map_or(end, |bit| bit + 1);
            assert_eq!(run_before(&words, at, end), want, "{end}..{at}");
        }
    }
}

#[test]
fn what_is_not_there_is_not_set() {
    let mut words = [0; WORDS];

    set(&mut words, 0..BITS + 1000, true);
    assert_eq!(words, [u64::MAX; WORDS]);
    assert_eq!(next(&words, 0, BITS + 1000, false), BITS);
    assert_eq!(next(&words, 3, BITS + 1000, true), 3);
    assert!(!is_set(&words, BITS) && !is_set(&words, usize::MAX));
    assert_eq!(run_before(&words, BITS + 1, 0), BITS + 1);
    assert_eq!(next(&[], 3, BITS, true), BITS);
    assert_eq!(next(&[], 3, BITS, false), 3);
}
