// SPDX-License-Identifier: GPL-2.0

//! How large things are.

use crate::placement::policy::{
    self, backlog, cached, expedites, grains, growth, is_time_to_look, taken,
};
use crate::placement::policy::{is_backlogged, window, Growth, Retain, GRAIN};
use crate::rng::Rng;

const PAGE: usize = 4096;
const PMD: usize = 2 << 20;

#[test]
fn a_size_takes_the_grains_that_it_touches() {
    for size in 1..10_000 {
        assert!(grains(size) * GRAIN >= size && (grains(size) - 1) * GRAIN < size);
    }
    assert_eq!(grains(0), 0);
    assert_eq!(grains(usize::MAX), usize::MAX / GRAIN + 1);
}

#[test]
fn a_pool_grows_from_small_steps_to_large_pages() {
    for borrows in [false, true] {
        let growth = |held, size, page, pmd| growth(held, size, page, pmd, borrows);

        assert_eq!(growth(0, 1, PAGE, PMD), Some(Growth::Small(4 * PAGE)));
        assert_eq!(
            growth(0, 5 * PAGE, PAGE, PMD),
            Some(Growth::Small(5 * PAGE))
        );
        assert_eq!(growth(3 * PMD, 1, PAGE, PMD), Some(Growth::Large));
        assert_eq!(growth(0, PMD - PAGE + 1, PAGE, PMD), Some(Growth::Large));
        assert_eq!(growth(0, PMD, PAGE, PMD), Some(Growth::Large));
        assert_eq!(
            growth(PMD, PMD + 1, PAGE, PMD),
            Some(Growth::Dedicated(PMD + PAGE))
        );
        assert_eq!(growth(0, 1, 1 << 16, 1 << 29), Some(Growth::Small(1 << 16)));
        assert_eq!(growth(0, usize::MAX, PAGE, PMD), None);
        assert_eq!(
            growth(usize::MAX, 1, PAGE, usize::MAX / 2),
            Some(Growth::Large)
        );
    }
}

/// Small pages are dear, parts of another's large ones are not: a second large page may be one too
/// many.
#[test]
fn a_pool_that_borrows_grows_by_parts_for_longer() {
    let by = |held, borrows| growth(held, 1, PAGE, PMD, borrows);

    assert_eq!(by(PMD, false), Some(Growth::Large));
    assert_eq!(by(PMD, true), Some(Growth::Small(PMD / 8)));
    assert_eq!(by(2 * PMD, false), Some(Growth::Large));
    assert_eq!(by(2 * PMD, true), Some(Growth::Small(PMD / 4)));
    assert_eq!(by(3 * PMD, true), Some(Growth::Large));
}

/// The step is a fraction of what is held, which is a matter of measuring, and not tested closely.
#[test]
fn a_pool_that_holds_more_grows_by_more() {
    for (borrows, range) in [(false, 0..PMD), (true, 0..PMD), (true, PMD..3 * PMD)] {
        let mut last = 0;

        for held in range.step_by(1000) {
            let Some(Growth::Small(by)) = growth(held, 1, PAGE, PMD, borrows) else {
                panic!("{held} are less than that many large pages");
            };

            assert!(by >= last && by >= held / 16 && by <= (held / 4).max(4 * PAGE) + PAGE);
            last = by;
        }
    }
}

/// What a pool grows by has room for what was asked for, is whole pages, and not more than a large
/// page or what was asked for.
#[test]
fn a_pool_grows_by_enough() {
    let mut rng = Rng::new(1);

    for _ in 0..1_000_000 {
        let (page, pmd) = rng.pick(&[(PAGE, PMD), (1 << 14, 1 << 25), (1 << 16, 1 << 29)]);
        let held = rng.next() as usize >> rng.below(64);
        let size = rng.next() as usize >> rng.below(64);
        let borrows = rng.one_in(2);
        let Some(growth) = growth(held, size, page, pmd, borrows) else {
            assert!(size > usize::MAX - page);
            continue;
        };
        let by = match growth {
            Growth::Large => pmd,
            Growth::Small(by) | Growth::Dedicated(by) => by,
        };

        assert!(by >= size && by % page == 0);
        assert_eq!(matches!(growth, Growth::Dedicated(_)), size > pmd);
        if let Growth::Small(by) = growth {
            assert!(held < if borrows { 3 * pmd } else { pmd } && by < pmd);
            assert!(by >= held / 16 && by < size.max(held / 4).max(16 << 10) + page);
        }
        if let Growth::Dedicated(by) = growth {
            assert!(by - size < page);
        }
    }
}

/// Returns the least number from which on a condition holds that holds from some number on.
fn least(holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, usize::MAX);

    while low < high {
        let middle = low + (high - low) / 2;

        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// How much there is before something waits is a matter of measuring, and not tested closely.
#[test]
fn a_pool_that_is_not_small_expedites_when_it_grows() {
    let from = |cpus| least(|held| expedites(held, 1, cpus));

    assert!((PMD / 4..=64 * PMD).contains(&from(1)));
    assert_eq!(from(0), from(1));
    assert_eq!(from(6), 6 * from(1));
    for cpus in [0, 1, 6, usize::MAX] {
        assert!(expedites(usize::MAX, 1, cpus));
        assert!(!expedites(usize::MAX, 0, cpus));
        assert!(!expedites(0, usize::MAX, cpus));
    }
}

#[test]
fn more_may_wait_where_there_is_more() {
    let some = backlog(0, 1);

    assert!((PMD / 4..=16 * PMD).contains(&some));
    assert_eq!(backlog(0, 0), some);
    assert_eq!(backlog(0, 6), 6 * some);
    assert_eq!(backlog(usize::MAX, usize::MAX), usize::MAX);
    for cpus in [1, 6] {
        // There is a least number, and then a fraction of what is held.
        let fraction = usize::MAX / backlog(usize::MAX, cpus);
        let limit = least(|held| backlog(held, cpus) > cpus * some);

        assert!((2..=64).contains(&fraction));
        assert_eq!(limit, (cpus * some + 1) * fraction);
        assert_eq!(backlog(10 * limit, cpus), 10 * limit / fraction);
    }
}

/// Takes blocks of a size, after `before` was counted, until somebody looks. Returns what is counted
/// then, and how many bytes those took who did not look.
fn take_until_look(before: usize, size: usize) -> (usize, usize) {
    let (mut all, mut between) = (before, 0);

    assert!(taken(size) >= size);
    for _ in 0..1000 {
        let is_time = is_time_to_look(all, taken(size));

        all = all.wrapping_add(taken(size));
        if is_time {
            return (all, between);
        }
        between += size;
    }
    panic!("nobody looks");
}

/// What waits, and what may be taken until somebody looks again, is never more than the backlog.
#[test]
fn whoever_looks_leaves_room_for_what_comes_until_the_next_look() {
    for size in [1, 256, 1024, 4096, 65_536, 100_000, PMD, usize::MAX / 2] {
        // Just after a look, wherever that was, and where the count begins anew.
        for start in [0, 7, 1 << 20, usize::MAX - size / 2] {
            let (looked, _) = take_until_look(start, size);
            let (_, between) = take_until_look(looked, size);

            for (held, cpus) in [(0, 1), (0, 64), (100 * PMD, 1), (usize::MAX, 2)] {
                let most = least(|waiting| is_backlogged(waiting, held, cpus)) - 1;

                assert!(most + between <= backlog(held, cpus));
                assert!(most >= backlog(held, cpus) / 8 * 7);
            }
        }
        // Not each of the short ones looks.
        assert_eq!(take_until_look(0, size).1 > 0, size <= 100_000);
    }
}

#[test]
fn packs_are_kept_that_somebody_needs() {
    for bytes in [0, PMD, usize::MAX] {
        assert_eq!(Retain::Bytes(bytes).bytes(), bytes);
        assert_eq!(Retain::Recent(bytes).bytes(), bytes);
    }

    let rounds = [0, 1, 2, 100, u32::MAX];
    assert!(rounds
        .iter()
        .all(|rounds| !Retain::Bytes(PMD).retains(*rounds)));
    assert_eq!(
        rounds.map(|rounds| Retain::Recent(PMD).retains(rounds)),
        [true, true, true, false, false]
    );
}

#[test]
fn all_cpus_share_what_may_be_cached() {
    let one = cached(1 << 30, 1);

    assert!(one >= 1 << 20 && one <= 1 << 28);
    assert_eq!(cached(1 << 30, 4), one / 4);
    assert_eq!(cached(1 << 20, 4), one / 4096);
    assert_eq!(cached(0, 1), 0);
    assert_eq!(cached(usize::MAX, usize::MAX), 0);
    assert_eq!(cached(1 << 20, 0), 0);
}

#[test]
fn windows_are_as_long_as_blocks() {
    let (least, most) = (window(1, 1), window(1 << 16, 1));

    assert_eq!(least, 1);
    assert!((window(0, 0)..32).contains(&most));
    for (grains, blocks) in [(0, 1), (usize::MAX, 1), (usize::MAX, 1 << 16), (1, 1 << 16)] {
        assert!((least..=most).contains(&window(grains, blocks)));
    }
    for grains in least..=most {
        assert_eq!(window(1000 * grains, 1000), grains);
        assert_eq!(window(1000 * grains + 999, 1000), grains);
    }
    // What is to come is not known when there is nothing.
    for grains in [0, 1, 1 << 16] {
        assert_eq!(window(grains, 0), window(0, 0));
    }
    assert!(least < window(0, 0) && window(0, 0) < most);
}

#[test]
fn the_default_limit_leaves_half_of_memory_and_half_of_the_addresses() {
    const MIB: usize = 1 << 20;

    assert_eq!(policy::default_limit(3072 * MIB, 1008 * MIB), 504 * MIB);
    assert_eq!(policy::default_limit(192 * MIB, 1008 * MIB), 96 * MIB);
    assert_eq!(policy::default_limit(1008 * MIB, 1008 * MIB), 504 * MIB);
    assert_eq!(
        policy::default_limit(usize::MAX, usize::MAX),
        usize::MAX / 2
    );
    assert_eq!(policy::default_limit(0, MIB), 0);
}

#[test]
fn packs_of_small_pages_are_smaller() {
    for pmd in [2 << 20, 1 << 25] {
        assert_eq!(policy::pack_size(pmd, true), pmd);
        assert!(policy::pack_size(pmd, false) < pmd);
        assert!(policy::pack_size(pmd, false).is_power_of_two());
    }
}

#[test]
fn a_pack_that_is_refused_is_halved_down_to_what_is_needed() {
    let sizes = |size| policy::smaller_packs(PMD, size, PAGE).collect::<Vec<_>>();

    assert_eq!(
        sizes(1),
        [
            PMD / 2,
            PMD / 4,
            PMD / 8,
            PMD / 16,
            PMD / 32,
            PMD / 64,
            PMD / 128,
            PAGE
        ]
    );
    assert_eq!(sizes(PMD / 4), [PMD / 2, PMD / 4]);
    assert_eq!(sizes(PMD / 4 + 1), [PMD / 2, PMD / 4 + PAGE]);
    assert_eq!(sizes(PMD - PAGE), [PMD - PAGE]);
    assert!(sizes(PMD).is_empty());
    assert!(sizes(usize::MAX).is_empty());
}

#[test]
fn a_smaller_pack_has_room_and_is_whole_pages() {
    let mut rng = Rng::new(7);

    for _ in 0..10_000 {
        let size = 1 + rng.below(PMD);
        let mut last = PMD;

        for len in policy::smaller_packs(PMD, size, PAGE) {
            assert!(len < last && len >= size && len % PAGE == 0);
            last = len;
        }
        // The last is what is needed, whatever there was before it.
        assert!(last == PMD || last == size.next_multiple_of(PAGE));
    }
}

#[test]
fn little_is_borrowed() {
    assert!(policy::borrowed(PMD) >= PMD && policy::borrowed(PMD) <= 16 * PMD);
    assert_eq!(policy::borrowed(usize::MAX), usize::MAX);
}
