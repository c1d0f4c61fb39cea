// SPDX-License-Identifier: GPL-2.0

//! Everything that can happen to a map of eight units in seven steps.
//!
//! A step takes some units, or gives back a block of them, or the first or last unit of a block.
//!
//! A unit is a number of grains, so that the borders of words and of leaves are in many places.

use crate::naive_map::{class, class_number, VecMap, BOUNDS};
use crate::placement::map::{Class, Mismatch};
use crate::test_map::{map, take};
use std::ops::Range;

const UNITS: usize = 8;
const STEPS: usize = 7;
/// 600 units are more than the cap of the classes.
const SIZES: [usize; 4] = [1, 64, 80, 600];

#[derive(Clone, Copy)]
enum Step {
    Take(usize),
    Give(usize, usize),
}

/// For each unit the block that it is in, or 0.
type Owners = [u8; UNITS];

struct World {
    unit: usize,
    steps: Vec<Step>,
    sequences: usize,
    failures: usize,
}

/// Returns what a caller does to take `len` units: where they are.
fn take_units(map: &mut VecMap, unit: usize, len: usize) -> Option<usize> {
    let class = Class::of(len * unit);
    let mut places = take(map, class, len * unit, 1);

    if places.is_empty() {
        if let Some(above) = class.next().and_then(|class| map.classes().from(class)) {
            places = take(map, above, len * unit, 1);
            assert_eq!(places.len(), 1);
        }
    }
    places.first().map(|at| {
        assert_eq!(at % unit, 0);
        at / unit
    })
}

fn give_units(map: &mut VecMap, unit: usize, start: usize, len: usize) -> Result<(), Mismatch> {
    map.give(start * unit..(start + len) * unit)
}

fn runs(owners: &Owners) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut at = 0;

    for part in owners.chunk_by(|a, b| (*a == 0) == (*b == 0)) {
        if part[0] == 0 {
            runs.push(at..at + part.len());
        }
        at += part.len();
    }
    runs
}

impl World {
    fn class(&self, run: &Range<usize>) -> usize {
        class_number(run.len() * self.unit)
    }

    /// Returns where `len` units should be: the first of the runs that are long enough and of the
    /// smallest class.
    fn place(&self, owners: &Owners, len: usize) -> Option<usize> {
        runs(owners)
            .into_iter()
            .filter(|run| run.len() >= len)
            .min_by_key(|run| (self.class(run), run.start))
            .map(|run| run.start)
    }

    /// Makes the map that the steps so far come to.
    fn replay(&self) -> VecMap {
        let mut map = map(UNITS * self.unit);

        for step in &self.steps {
            match *step {
                Step::Take(len) => assert!(take_units(&mut map, self.unit, len).is_some()),
                Step::Give(start, len) => {
                    assert_eq!(give_units(&mut map, self.unit, start, len), Ok(()))
                }
            }
        }
        map
    }

    fn check(&self, map: &VecMap, owners: &Owners) {
        let runs = runs(owners);
        let free: usize = runs.iter().map(Range::len).sum();

        assert_eq!(map.free(), free * self.unit);
        for number in 0..BOUNDS.len() {
            let want = runs.iter().map(|run| self.class(run));
            let want = want.filter(|found| *found >= number).min();

            assert_eq!(map.classes().from(class(number)), want.map(class));
        }
    }

    fn go_on(&mut self, map: &VecMap, step: Step, owners: Owners) {
        self.check(map, &owners);
        self.sequences += 1;
        self.steps.push(step);
        self.explore(owners);
        self.steps.pop();
    }

    fn explore(&mut self, owners: Owners) {
        if self.steps.len() == STEPS {
            return;
        }
        for len in 1..=UNITS {
            let mut map = self.replay();
            let place = take_units(&mut map, self.unit, len);

            assert_eq!(place, self.place(&owners, len));
            let Some(start) = place else {
                self.failures += 1;
                self.check(&map, &owners);
                continue;
            };
            let mut owners = owners;
            owners[start..start + len].fill(1 + self.steps.len() as u8);
            self.go_on(&map, Step::Take(len), owners);
        }
        let mut at = 0;
        for part in owners.chunk_by(|a, b| a == b) {
            let (start, len) = (at, part.len());

            at += len;
            if part[0] == 0 {
                let mut map = self.replay();

                assert_eq!(give_units(&mut map, self.unit, start, len), Err(Mismatch));
                self.check(&map, &owners);
                continue;
            }
            self.give(start, len, owners);
            if len > 1 {
                self.give(start, 1, owners);
                self.give(start + len - 1, 1, owners);
            }
        }
    }

    fn give(&mut self, start: usize, len: usize, mut owners: Owners) {
        let mut map = self.replay();

        assert_eq!(give_units(&mut map, self.unit, start, len), Ok(()));
        owners[start..start + len].fill(0);
        self.go_on(&map, Step::Give(start, len), owners);
    }
}

#[test]
fn every_sequence_of_steps_in_a_small_map() {
    for unit in SIZES {
        let mut world = World {
            unit,
            steps: Vec::new(),
            sequences: 0,
            failures: 0,
        };

        world.explore([0; UNITS]);
        println!("# figure: map_small_{unit}_sequences={}", world.sequences);
        println!("# figure: map_small_{unit}_failures={}", world.failures);
        assert!(world.sequences > 100_000 && world.failures > 100_000);
    }
}
