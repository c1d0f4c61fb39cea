// SPDX-License-Identifier: GPL-2.0

//! Places that are random: that they are free, that all can be, and that nothing is lost by them.

use crate::naive_map::{class_number, is_exact, is_last, NaiveMap, TRIES};
use crate::rng::Rng;
use crate::test_map::map;
use std::ops::Range;

const PACK: usize = 65_536;
const STEPS: usize = 200_000;
const SIZES: [usize; 7] = [1, 64, 257, 1023, 1025, 20_000, PACK];

fn unit(len: usize) -> usize {
    (0..)
        .map(|log| 1 << log)
        .take_while(|unit| *unit <= len)
        .last()
        .unwrap()
}

/// What is taken is free, and if nothing is, no run would have done.
#[test]
fn what_is_taken_anywhere_was_free() {
    let (mut taken, mut failed, mut gave_up, mut off_unit) = (0, 0, 0, 0);

    for (seed, grains) in SIZES.into_iter().enumerate() {
        let mut rng = Rng::new(seed as u64 + 1);
        let mut map = map(grains);
        let mut naive = NaiveMap::new(grains);
        let mut live: Vec<Range<usize>> = Vec::new();

        for step in 0..STEPS / SIZES.len() {
            // From nearly empty to nearly full, and back
            let is_full_phase = step / 2000 % 2 == 0;
            let gives = if is_full_phase {
                rng.one_in(4)
            } else {
                !rng.one_in(4)
            };

            if gives && !live.is_empty() {
                let range = live.swap_remove(rng.below(live.len()));

                assert_eq!(map.give(range.clone()), Ok(()));
                naive.give(range);
                continue;
            }
            let most = 1 << rng.below(13);
            let len = (1 + rng.below(most)).min(grains);
            let number = class_number(len);
            let too_short = naive.too_short(number, len);
            let longest = naive.longest();

            match map.take_anywhere(len, rng.next()) {
                Some(at) => {
                    off_unit += usize::from(at % unit(len) != 0);
                    naive.take(at..at + len);
                    live.push(at..at + len);
                    taken += 1;
                }
                None if longest < len => failed += 1,
                None => {
                    assert!(!is_exact(number) && !is_last(number) && too_short >= TRIES);
                    assert_eq!(naive.class_from(number + 1), None);
                    gave_up += 1;
                }
            }
            assert_eq!(map.free(), naive.free());
            if step % 500 == 0 {
                naive.check();
                assert_eq!(
                    map.classes().from(crate::naive_map::class(0)),
                    naive.class_from(0).map(crate::naive_map::class)
                );
            }
        }
    }
    println!("# figure: scatter_taken={taken}");
    println!("# figure: scatter_refused={failed}");
    println!("# figure: scatter_gave_up={gave_up}");
    assert!(taken > STEPS / 3 && failed > 1000 && off_unit > 1000);
}

/// Of an empty pack each place is as likely as any other.
#[test]
fn an_empty_pack_is_hit_everywhere_alike() {
    for len in [1, 3, 32, 100, 2048] {
        let places = (PACK - len) / unit(len) + 1;
        let buckets = places.min(64);
        let mut hits = vec![0_usize; buckets];
        let mut rng = Rng::new(len as u64);
        let mut map = map(PACK);
        let draws = 1000 * buckets;

        for _ in 0..draws {
            let at = map.take_anywhere(len, rng.next()).unwrap();

            assert_eq!(at % unit(len), 0);
            hits[at / unit(len) * buckets / places] += 1;
            map.give(at..at + len).unwrap();
        }
        // Of 1000 that are expected, seven times the standard deviation is more than 220.
        for (bucket, hits) in hits.into_iter().enumerate() {
            assert!(
                hits.abs_diff(1000) < 250,
                "{hits} in part {bucket} for {len}"
            );
        }
    }
}

/// The extremes of the random number are in the pack, too.
#[test]
fn the_first_and_the_last_place_are_taken() {
    for len in [1, 2, 31, 1024, PACK] {
        let mut map = map(PACK);
        let last = (PACK - len) / unit(len) * unit(len);

        assert_eq!(map.take_anywhere(len, 0), Some(0));
        map.give(0..len).unwrap();
        assert_eq!(map.take_anywhere(len, u64::MAX), Some(last));
    }
}

/// Who knows where one block is does not know where the next one goes.
#[test]
fn the_next_block_is_anywhere_else() {
    let mut rng = Rng::new(7);
    let mut map = map(PACK);
    let (mut nr, mut near) = (0, 0);
    let mut before: Option<usize> = None;

    // Up to half of the pack, blocks of 32 grains
    while map.free() > PACK / 2 {
        let at = map.take_anywhere(32, rng.next()).unwrap();

        near += usize::from(before.is_some_and(|before| before.abs_diff(at) <= 64));
        before = Some(at);
        nr += 1;
    }
    assert_eq!(nr, PACK / 2 / 32);
    // Four places of 2048 are that near.
    assert!(near < 20, "{near} of {nr}");
}

/// Equal blocks fill a pack to the last that has room.
#[test]
fn equal_blocks_fill_a_pack() {
    for len in [1, 2, 4, 16, 32, 256, 2048, 1 << 15] {
        let mut rng = Rng::new(len as u64);
        let mut map = map(PACK);
        let mut nr = 0;

        while map.take_anywhere(len, rng.next()).is_some() {
            nr += 1;
        }
        assert_eq!(nr, PACK / len);
        assert_eq!(map.free(), 0);
    }
}

/// However many runs are too short, one of a class above is found.
#[test]
fn short_runs_do_not_hide_a_longer_one() {
    let long = 60_000..60_000 + 20;

    for runs in [1, TRIES - 1, TRIES, 500] {
        for seed in 0..100 {
            let mut map = map(PACK);

            assert_eq!(map.take_anywhere(PACK, 0), Some(0));
            for run in 0..runs {
                map.give(run * 100..run * 100 + 18).unwrap();
            }
            if runs < TRIES {
                assert_eq!(map.take_anywhere(19, seed), None);
            }
            map.give(long.clone()).unwrap();
            let at = map.take_anywhere(19, Rng::new(seed).next()).unwrap();

            assert!(long.contains(&at) && long.contains(&(at + 18)));
        }
    }
}
