// SPDX-License-Identifier: GPL-2.0

//! Where to look from for a pack, at random.

use crate::params::random_start;
use crate::rng::Rng;

const PAGE: usize = 4096;
const PMD: usize = 2 << 20;

#[test]
fn a_random_start_leaves_room() {
    let mut rng = Rng::new(3);

    for _ in 0..500_000 {
        let start = rng.below(1 << 30) / PAGE * PAGE;
        let window = start..start + rng.below(64 * PMD);
        let align = rng.pick(&[1, PAGE, 16 * PAGE, PMD]);
        let len = 1 + rng.below(4 * PMD);
        let from = random_start(&window, len, align, rng.next());
        let has_place = window.start.next_multiple_of(align) + len <= window.end;

        if has_place {
            assert!(from >= window.start && from + len <= window.end);
            assert_eq!(from % align, 0);
        } else {
            assert_eq!(from, window.start);
        }
    }
}

#[test]
fn every_start_is_as_likely() {
    let window = 7 * PAGE..7 * PAGE + 65 * PMD;
    let mut hits = [0_usize; 64];
    let mut rng = Rng::new(4);

    for _ in 0..64_000 {
        let from = random_start(&window, PMD, PMD, rng.next());

        hits[from / PMD - 1] += 1;
    }
    for hits in hits {
        assert!(hits.abs_diff(1000) < 250, "{hits}");
    }
}

#[test]
fn ends_of_the_address_space_are_no_exception() {
    let top = usize::MAX - PMD + 1..usize::MAX;

    for dice in [0, 1, u64::MAX] {
        assert_eq!(random_start(&top, PMD, PMD, dice), top.start);
        assert_eq!(random_start(&(5..5), 1, PAGE, dice), 5);
        assert_eq!(random_start(&(0..PMD), PMD, PMD, dice), 0);
        assert_eq!(random_start(&(PAGE..PMD), usize::MAX, PAGE, dice), PAGE);
    }
}
