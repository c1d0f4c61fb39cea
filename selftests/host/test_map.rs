// SPDX-License-Identifier: GPL-2.0

//! The classes of lengths, and single steps of a map of free grains.

use crate::naive_map::{class, class_number, is_last, VecMap, BOUNDS, CAP, PLACE, TRIES};
use crate::placement::map::{Class, Map, Mismatch, MAX_GRAINS};
use std::ops::Range;

/// Makes a map of words that held something else before.
pub(crate) fn map(grains: usize) -> VecMap {
    let (bits, tree) = VecMap::words(grains);

    with_words(bits, tree, grains).expect("there are as many words as it needs")
}

fn with_words(bits: usize, tree: usize, grains: usize) -> Option<VecMap> {
    Map::new(vec![u64::MAX; bits], vec![u64::MAX; tree], grains)
}

pub(crate) fn take(map: &mut VecMap, class: Class, len: usize, most: usize) -> Vec<usize> {
    let mut places = Vec::new();
    let nr = map.take(class, len, most, |at| places.push(at));

    assert_eq!(nr, places.len());
    places
}

/// Makes a map in which exactly `runs` are free.
fn with_runs(grains: usize, runs: &[Range<usize>]) -> VecMap {
    let mut map = map(grains);

    assert_eq!(take(&mut map, Class::of(grains), grains, 1), [0]);
    for run in runs {
        assert_eq!(map.give(run.clone()), Ok(()));
    }
    map
}

#[test]
fn every_length_has_the_class_it_should_have() {
    for len in 1..3 * CAP {
        assert_eq!(Class::of(len), class(class_number(len)), "{len}");
    }
    for shift in CAP.ilog2()..usize::BITS {
        assert_eq!(Class::of(1 << shift), Class::of(CAP));
    }
    assert_eq!(Class::of(usize::MAX), Class::of(CAP));
    println!("# figure: map_classes={}", BOUNDS.len());
}

#[test]
fn classes_are_in_order_and_none_is_left_out() {
    for pair in BOUNDS.windows(2) {
        assert!(Class::of(pair[0]) < Class::of(pair[1]), "{pair:?}");
        assert_eq!(Class::of(pair[0]).next(), Some(Class::of(pair[1])));
        assert_eq!(Class::of(pair[1] - 1), Class::of(pair[0]));
    }
    assert_eq!(Class::of(CAP).next(), None);
}

/// Of a class that always fits, the first run is taken, however many others there are.
#[test]
fn the_shortest_run_of_a_class_fits_all_lengths_below_it() {
    for number in 0..BOUNDS.len() {
        let shortest = BOUNDS[number];
        let run = 1..1 + shortest;

        for len in [1, shortest / 2, shortest - 1, shortest] {
            if len == 0 {
                continue;
            }
            let mut map = with_runs(shortest + 2, &[run.clone()]);
            let most = shortest / len;
            let want: Vec<usize> = (0..most).map(|i| 1 + i * len).collect();

            let places = take(&mut map, class(number), len, usize::MAX);
            assert!(places == want, "{len} of {shortest}");
            assert_eq!(map.free(), shortest - most * len);
        }
    }
}

#[test]
fn a_map_has_as_many_words_as_it_needs() {
    for grains in [1, 64, 255, 256, 257, 1000, 65_537, MAX_GRAINS] {
        let (bits, tree) = VecMap::words(grains);

        assert!(with_words(bits - 1, tree, grains).is_none());
        assert!(with_words(bits + 1, tree, grains).is_none());
        assert!(with_words(bits, tree - 1, grains).is_none());
        assert!(with_words(bits, tree + 1, grains).is_none());
        assert!(with_words(bits - 1, tree + 1, grains).is_none());
        assert!(with_words(bits, tree, grains).is_some());
    }
    for grains in [0, MAX_GRAINS + 1] {
        let (bits, tree) = VecMap::words(grains);

        assert!(with_words(bits, tree, grains).is_none());
    }
}

#[test]
fn a_new_map_is_one_run() {
    for grains in [1, 2, 63, 64, 65, 256, CAP - 1, CAP, CAP + 1, MAX_GRAINS] {
        let mut map = map(grains);

        assert_eq!(map.free(), grains);
        let (bits, tree) = VecMap::words(grains);
        assert_eq!(map.words_held(), bits + tree);
        assert_eq!(map.classes().from(Class::of(1)), Some(Class::of(grains)));
        assert_eq!(take(&mut map, Class::of(grains), grains, 2), [0]);
        assert_eq!(map.free(), 0);
        assert_eq!(map.classes().from(Class::of(1)), None);
        assert_eq!(map.give(0..grains), Ok(()));
        assert_eq!(map.free(), grains);
    }
}

#[test]
fn one_grain_more_than_the_last_class_begins_with_matters() {
    let mut map = with_runs(3 * CAP, &[0..CAP, CAP + 1..2 * CAP + 2]);

    assert_eq!(take(&mut map, Class::of(CAP), CAP + 2, 1), []);
    assert_eq!(take(&mut map, Class::of(CAP), CAP + 1, 2), [CAP + 1]);
    assert_eq!(take(&mut map, Class::of(CAP), CAP, 2), [0]);
}

/// A class whose runs differ in length is given up after some that are too short; the last class,
/// above which there is nothing, is not.
#[test]
fn a_class_is_given_up_after_some_runs() {
    for (short, long) in [(17, 19), (CAP, CAP + 1)] {
        for misses in [1, TRIES - 1, TRIES, TRIES + 1] {
            let stride = long + 1;
            let mut runs: Vec<_> = (0..misses)
                .map(|i| i * stride..i * stride + short)
                .collect();
            runs.push(misses * stride..misses * stride + long);
            let mut map = with_runs((misses + 1) * stride, &runs);
            let places = take(&mut map, Class::of(long), long, 1);

            if misses < TRIES || is_last(class_number(long)) {
                assert_eq!(places, [misses * stride]);
            } else {
                assert_eq!(places, []);
                assert_eq!(map.free(), misses * short + long);
            }
        }
    }
}

#[test]
fn many_come_from_one_place() {
    // Runs of 5 in every quarter of two places
    let quarter = *PLACE / 4;
    let runs: Vec<_> = (0..8).map(|i| i * quarter..i * quarter + 5).collect();
    let want: Vec<_> = runs[..4]
        .iter()
        .flat_map(|run| [run.start, run.start + 2])
        .collect();

    for most in 0..10 {
        let mut map = with_runs(2 * *PLACE, &runs);
        let places = take(&mut map, Class::of(5), 2, most);

        assert_eq!(places, want[..most.min(want.len())]);
    }
}

#[test]
fn a_wrong_give_changes_nothing() {
    let mut map = with_runs(1000, &[100..200]);

    for (start, end) in [
        (0, 0),
        (5, 4),
        (100, 200),
        (99, 101),
        (199, 201),
        (50, 300),
        (0, 1001),
        (999, usize::MAX),
        (1000, 1001),
        (usize::MAX - 1, usize::MAX),
        (usize::MAX, 0),
    ] {
        assert_eq!(map.give(start..end), Err(Mismatch), "{start}..{end}");
        assert_eq!(map.free(), 100);
        assert_eq!(map.classes().from(Class::of(1)), Some(Class::of(100)));
    }
    assert_eq!(map.give(0..100), Ok(()));
    assert_eq!(map.give(200..1000), Ok(()));
    assert_eq!(map.free(), 1000);
}
