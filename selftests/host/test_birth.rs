// SPDX-License-Identifier: GPL-2.0

//! When a block was allocated, in sixteen bits.

use crate::{placement::birth::Birth, rng::Rng};

#[test]
fn the_first_two_seconds_are_exact() {
    for ms in 0..2046 {
        assert_eq!(Birth::at(ms).ms(), Some(ms));
    }
}

#[test]
fn nothing_is_known_of_zero() {
    assert_eq!(Birth::UNKNOWN.0, 0);
    assert_eq!(Birth::UNKNOWN.ms(), None);
    assert_ne!(Birth::at(0), Birth::UNKNOWN);
}

/// Never later than it was, and a 2048th of the time before it at most.
fn check(ms: u64) {
    let got = Birth::at(ms).ms().unwrap();

    assert!(got <= ms, "{ms}: {got}");
    assert!((ms - got) as u128 * 2048 <= ms as u128 + 1, "{ms}: {got}");
}

#[test]
fn a_2048th_is_missing_at_most() {
    let mut rng = Rng::new(1);

    for shift in 0..41 {
        for near in [0, 1, 2, 3] {
            check((1_u64 << shift) + near);
            check((1_u64 << shift).saturating_sub(near));
        }
        for _ in 0..10_000 {
            check(rng.next() % (1 << (shift + 1)));
        }
    }
}

#[test]
fn later_is_not_less() {
    let mut before = Birth::UNKNOWN;

    for step in 0..60_000_u64 {
        let now = Birth::at(step * step * step / 50);

        assert!(now >= before);
        before = now;
    }
}

/// Each number but zero stands for a time, and for no other's.
#[test]
fn all_bits_are_used() {
    let mut before = None;

    for bits in 1..=u16::MAX {
        let ms = Birth(bits).ms();

        assert!(ms > before);
        assert_eq!(Birth::at(ms.unwrap()), Birth(bits));
        before = ms;
    }
    assert_eq!(Birth::at(u64::MAX), Birth(u16::MAX));
}
