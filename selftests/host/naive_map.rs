// SPDX-License-Identifier: GPL-2.0

//! What a map of free grains should do, told a second time.
//!
//! A `bool` for each grain, and beside it an index of the free runs, without which a million steps
//! on a large map would take too long. The index is checked against the grains every so often.

use crate::placement::bitmap::WORD;
use crate::placement::map::{Class, Map};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

/// The map under test, in memory of the host.
pub(crate) type VecMap = Map<Vec<u64>>;

/// Grains that one call takes are from runs that begin in the same aligned part of the map, which
/// is also the least that a map has bits for.
pub(crate) static PLACE: LazyLock<usize> = LazyLock::new(|| VecMap::words(1).0 * WORD);
/// Runs that are too short, after which a class is given up.
pub(crate) const TRIES: usize = 8;
/// Lengths from this on are all alike.
pub(crate) const CAP: usize = 2048;

/// The smallest length of each class: 1 to 16, then four to each power of two, up to the cap.
pub(crate) static BOUNDS: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let mut bounds: Vec<usize> = (1..=17).collect();
    let mut power = 16;

    while power < CAP {
        bounds.extend((1..=4).map(|quarter| power + power / 4 * quarter));
        power *= 2;
    }
    bounds
});

/// Returns the number of the class of `len`.
pub(crate) fn class_number(len: usize) -> usize {
    BOUNDS.partition_point(|bound| *bound <= len) - 1
}

/// Returns the class with that number.
pub(crate) fn class(number: usize) -> Class {
    Class::of(BOUNDS[number])
}

/// Returns whether all runs of the class have the same length.
pub(crate) fn is_exact(number: usize) -> bool {
    number < 16
}

pub(crate) fn is_last(number: usize) -> bool {
    number + 1 == BOUNDS.len()
}

pub(crate) struct NaiveMap {
    grains: Vec<bool>,
    free: usize,
    /// Where each run begins, and its length
    runs: BTreeMap<usize, usize>,
    /// Where the runs of each class begin
    by_class: Vec<BTreeSet<usize>>,
}

impl NaiveMap {
    pub(crate) fn new(grains: usize) -> NaiveMap {
        let mut map = NaiveMap {
            grains: vec![false; grains],
            free: 0,
            runs: BTreeMap::new(),
            by_class: vec![BTreeSet::new(); BOUNDS.len()],
        };

        map.give(0..grains);
        map
    }

    pub(crate) fn len(&self) -> usize {
        self.grains.len()
    }

    pub(crate) fn free(&self) -> usize {
        self.free
    }

    pub(crate) fn all(&self, range: Range<usize>, free: bool) -> bool {
        self.grains[range].iter().all(|grain| *grain == free)
    }

    fn add_run(&mut self, start: usize, len: usize) {
        if len > 0 {
            self.runs.insert(start, len);
            self.by_class[class_number(len)].insert(start);
        }
    }

    fn remove_run(&mut self, start: usize) -> usize {
        let len = self.runs.remove(&start).expect("a run begins there");

        assert!(self.by_class[class_number(len)].remove(&start));
        len
    }

    pub(crate) fn take(&mut self, range: Range<usize>) {
        assert!(self.all(range.clone(), true), "{range:?} is not free");
        let (start, len) = self.runs.range(..=range.start).next_back().unwrap();
        let run = *start..*start + *len;

        self.remove_run(run.start);
        self.add_run(run.start, range.start - run.start);
        self.add_run(range.end, run.end - range.end);
        self.free -= range.len();
        self.grains[range].fill(false);
    }

    pub(crate) fn give(&mut self, range: Range<usize>) {
        assert!(self.all(range.clone(), false), "{range:?} is not taken");
        self.free += range.len();
        self.grains[range.clone()].fill(true);

        let Range { mut start, mut end } = range;
        if let Some((before, len)) = self.runs.range(..start).next_back() {
            if before + len == start {
                start = *before;
                self.remove_run(start);
            }
        }
        if self.runs.contains_key(&end) {
            end += self.remove_run(end);
        }
        self.add_run(start, end - start);
    }

    /// Returns the number of the smallest class from `number` on of which there is a run.
    pub(crate) fn class_from(&self, number: usize) -> Option<usize> {
        (number..BOUNDS.len()).find(|number| !self.by_class[*number].is_empty())
    }

    /// Returns the length of the longest run.
    pub(crate) fn longest(&self) -> usize {
        let Some(number) = (0..BOUNDS.len())
            .rev()
            .find(|number| !self.by_class[*number].is_empty())
        else {
            return 0;
        };
        let lengths = self.by_class[number].iter().map(|start| self.runs[start]);

        lengths.max().unwrap()
    }

    /// Returns how many runs of a class are shorter than `len`.
    pub(crate) fn too_short(&self, number: usize, len: usize) -> usize {
        self.by_class[number]
            .iter()
            .filter(|start| self.runs[start] < len)
            .count()
    }

    /// Returns where up to `most` times `len` grains should come from, if they are asked of a class.
    pub(crate) fn places(&self, number: usize, len: usize, most: usize) -> Vec<usize> {
        let mut places: Vec<usize> = Vec::new();
        let mut misses = 0;

        for start in &self.by_class[number] {
            if places
                .first()
                .is_some_and(|at| at / *PLACE != start / *PLACE)
            {
                break;
            }
            let times = self.runs[start].min(len.max(CAP)) / len;
            if times == 0 {
                misses += 1;
                if misses == TRIES && !is_last(number) {
                    break;
                }
            }
            let times = times.min(most - places.len());
            places.extend((0..times).map(|i| start + i * len));
            if places.len() == most {
                break;
            }
        }
        places
    }

    /// Checks the index of runs against the grains.
    pub(crate) fn check(&self) {
        let mut runs = BTreeMap::new();
        let mut by_class = vec![BTreeSet::new(); BOUNDS.len()];
        let mut at = 0;

        for part in self.grains.chunk_by(|a, b| a == b) {
            if part[0] {
                runs.insert(at, part.len());
                by_class[class_number(part.len())].insert(at);
            }
            at += part.len();
        }
        assert_eq!(self.runs, runs);
        assert_eq!(self.by_class, by_class);
        assert_eq!(self.free, runs.values().sum::<usize>());
    }
}
