// SPDX-License-Identifier: GPL-2.0

//! Random steps of a map of free grains, each against what the naive one does.

use crate::naive_map::{
    class, class_number, is_exact, is_last, NaiveMap, VecMap, BOUNDS, CAP, TRIES,
};
use crate::placement::map::{Class, Mismatch};
use crate::rng::Rng;
use crate::test_map::{map, take};
use std::ops::Range;

const STEPS: usize = 1_000_000;
const SIZES: [usize; 9] = [1, 7, 64, 257, 1000, CAP - 1, 10_000, 50_001, 65_536];

#[derive(Default)]
struct Counts {
    taken: usize,
    given: usize,
    refused: usize,
    failed: usize,
    gave_up: usize,
}

struct World {
    map: VecMap,
    naive: NaiveMap,
    live: Vec<Range<usize>>,
    counts: Counts,
    rng: Rng,
}

impl World {
    fn len(&mut self) -> usize {
        let grains = self.naive.len();
        let power = 1 << self.rng.below(17);
        let len = match self.rng.below(16) {
            0..=5 => 1 + self.rng.below(16),
            6..=10 => 17 + self.rng.below(48),
            11..=12 => 1 + self.rng.below(power),
            13 => CAP - 1 + self.rng.below(3),
            14 => BOUNDS[self.rng.below(BOUNDS.len())],
            _ => 1 + self.rng.below(grains),
        };

        len.min(grains)
    }

    fn most(&mut self) -> usize {
        match self.rng.below(16) {
            0 => usize::MAX,
            1..=4 => 1 + self.rng.below(100),
            5..=8 => 1 + self.rng.below(5),
            _ => 1,
        }
    }

    /// Takes from one class, which is that of `len` or one above.
    fn take_from(&mut self, number: usize, len: usize, most: usize) -> usize {
        let want = self.naive.places(number, len, most);
        let places = take(&mut self.map, class(number), len, most);

        assert_eq!(places, want, "{len} of class {number}, {most} times");
        for at in &places {
            self.naive.take(*at..at + len);
            self.live.push(*at..at + len);
        }
        self.counts.taken += places.len();
        places.len()
    }

    /// Takes as a caller does: of the class of `len`, else of the next that there is.
    fn take_well(&mut self, len: usize, most: usize) {
        let number = class_number(len);
        let longest = self.naive.longest();
        let too_short = self.naive.too_short(number, len);

        if self.take_from(number, len, most) > 0 {
            return;
        }
        let above = Class::of(len)
            .next()
            .and_then(|above| self.map.classes().from(above));
        if let Some(above) = above {
            let above = self
                .naive
                .class_from(number + 1)
                .filter(|n| class(*n) == above);
            let above = above.expect("the naive map has that class, too");

            assert_ne!(self.take_from(above, len, most), 0);
            return;
        }
        self.counts.failed += 1;
        if longest >= len {
            assert!(!is_exact(number) && !is_last(number) && too_short >= TRIES);
            self.counts.gave_up += 1;
        }
    }

    /// Takes from any class that could do.
    fn take_anywhere(&mut self, len: usize, most: usize) {
        let number = class_number(len);
        let number = number + self.rng.below(BOUNDS.len() - number);

        self.take_from(number, len, most);
    }

    /// Gives back a range that was taken, or some of it.
    fn give(&mut self) {
        if self.live.is_empty() {
            return;
        }
        let nr = self.rng.below(self.live.len());
        let mut range = self.live.swap_remove(nr);

        if self.rng.one_in(4) {
            let start = range.start + self.rng.below(range.len());
            let end = start + 1 + self.rng.below(range.end - start);
            let rest = [range.start..start, end..range.end];

            self.live.extend(rest.into_iter().filter(|r| !r.is_empty()));
            range = start..end;
        }
        assert_eq!(self.map.give(range.clone()), Ok(()));
        self.naive.give(range);
        self.counts.given += 1;
    }

    /// Gives grains back that are not all taken.
    fn give_wrongly(&mut self) {
        let grains = self.naive.len();
        let start = self.rng.below(grains + 1);
        let end = match self.rng.below(8) {
            0 => start,
            1 => self.rng.below(start + 1),
            2 => grains + 1 + self.rng.below(300),
            3 => self.rng.next() as usize,
            4 => usize::MAX,
            _ => start + 1 + self.rng.below(200),
        };

        if start < end && end <= grains && self.naive.all(start..end, false) {
            return;
        }
        assert_eq!(self.map.give(start..end), Err(Mismatch), "{start}..{end}");
        self.counts.refused += 1;
    }

    fn check_class_from(&self, number: usize) {
        assert_eq!(
            self.map.classes().from(class(number)),
            self.naive.class_from(number).map(class)
        );
    }

    fn check(&self) {
        assert_eq!(self.map.free(), self.naive.free());
        for number in 0..BOUNDS.len() {
            self.check_class_from(number);
        }
    }

    fn step(&mut self, takes_in_16: usize) {
        match self.rng.below(16) {
            0 => self.give_wrongly(),
            1 => {
                let (len, most) = (self.len(), self.most());
                self.take_anywhere(len, most);
            }
            dice if dice <= takes_in_16 => {
                let (len, most) = (self.len(), self.most());
                self.take_well(len, most);
            }
            _ => self.give(),
        }
    }
}

fn run(grains: usize) -> Counts {
    let mut world = World {
        map: map(grains),
        naive: NaiveMap::new(grains),
        live: Vec::new(),
        counts: Counts::default(),
        rng: Rng::new(grains as u64),
    };
    let mut takes = 8;

    for step in 0..STEPS {
        if step % 5000 == 0 {
            takes = world.rng.pick(&[4, 7, 8, 9, 10, 12]);
        }
        world.step(takes);
        assert_eq!(world.map.free(), world.naive.free());
        let number = world.rng.below(BOUNDS.len());
        world.check_class_from(number);
        if step % 16 == 0 {
            world.check();
        }
        if step % (grains / 4 + 64) == 0 {
            world.naive.check();
        }
    }

    // Nothing that was taken is lost.
    while !world.live.is_empty() {
        world.give();
    }
    world.check();
    world.naive.check();
    assert_eq!(world.map.free(), grains);
    world.counts
}

#[test]
fn random_steps_do_what_the_naive_map_does() {
    let mut gave_up = 0;

    for grains in SIZES {
        let counts = run(grains);

        println!("# figure: map_{grains}_taken={}", counts.taken);
        println!("# figure: map_{grains}_given={}", counts.given);
        println!("# figure: map_{grains}_refused={}", counts.refused);
        println!("# figure: map_{grains}_failed={}", counts.failed);
        gave_up += counts.gave_up;

        // The steps are worth something only if they went everywhere.
        for count in [counts.taken, counts.given, counts.refused, counts.failed] {
            assert!(count > STEPS / 1000, "{grains} grains");
        }
    }
    println!("# figure: map_gave_up={gave_up}");
    assert!(gave_up > 0);
}
