// SPDX-License-Identifier: GPL-2.0

//! How many freed blocks are worth keeping, in single steps and in random ones.

use crate::placement::freelists::Lengths;
use crate::placement::watermarks::Watermarks;
use crate::rng::Rng;
use std::collections::BTreeMap;

/// The longest length of a block that is kept.
const LAST: usize = 128;
/// Lengths of which nothing is kept.
const OTHERS: [usize; 6] = [0, LAST + 1, 256, 1 << 32, (1 << 32) + 1, usize::MAX];
const STEPS: usize = 1_000_000;
/// Lengths of which fewer are asked for are not kept.
const FEW: u64 = 16;

/// Makes watermarks of some blocks.
fn wanted(lengths: &[(usize, u16)]) -> Watermarks {
    let mut watermarks = Watermarks::new();

    for (grains, nr) in lengths {
        watermarks.count_alloc(*grains, *nr);
    }
    watermarks.update();
    watermarks
}

/// Keeps as many as are worth it, and returns how many these are.
fn keep_all(watermarks: &mut Watermarks, grains: usize) -> usize {
    let mut nr = 0;

    loop {
        watermarks.add(grains, 1);
        assert!(watermarks.has(grains));
        if watermarks.has_surplus(grains) {
            watermarks.remove(grains, 1);
            return nr;
        }
        nr += 1;
    }
}

fn set(lengths: &[usize]) -> Lengths {
    lengths
        .iter()
        .fold(Lengths::NONE, |set, grains| set.or(Lengths::of(*grains)))
}

#[test]
fn at_first_nothing_is_worth_keeping() {
    let mut watermarks = Watermarks::new();

    for grains in (1..=LAST).chain(OTHERS) {
        assert!(!watermarks.has(grains) && !watermarks.has_surplus(grains));
    }
    assert_eq!(watermarks.surplus(), Lengths::NONE);
    for grains in 1..=LAST {
        assert_eq!(keep_all(&mut watermarks, grains), 0);
        assert!(!watermarks.has(grains));
    }
    watermarks.update();
    assert_eq!(keep_all(&mut watermarks, 1), 0);
}

/// Whether it is worth it or not.
#[test]
fn all_are_kept_that_are_said_to_be() {
    let mut watermarks = wanted(&[(LAST, 50)]);

    watermarks.add(1, 0);
    assert!(!watermarks.has(1) && !watermarks.has_surplus(1));
    for (grains, nr, surplus) in [(1, 3, 3), (LAST, 50, 0), (LAST, 4, 4)] {
        watermarks.add(grains, nr);
        assert!(watermarks.has(grains));
        for _ in 0..surplus {
            assert!(watermarks.has_surplus(grains));
            assert_eq!(watermarks.surplus(), set(&[grains]));
            watermarks.remove(grains, 1);
        }
        assert!(!watermarks.has_surplus(grains));
        assert_eq!(watermarks.surplus(), Lengths::NONE);
    }
    assert!(!watermarks.has(1) && watermarks.has(LAST));
}

#[test]
fn as_many_are_kept_as_were_taken() {
    for grains in 1..=LAST {
        let mut watermarks = Watermarks::new();

        watermarks.count_alloc(grains, 20);
        watermarks.count_alloc(grains, 30);
        assert_eq!(
            keep_all(&mut watermarks, grains),
            0,
            "nobody has looked yet"
        );
        watermarks.update();
        for other in (1..=LAST).filter(|other| *other != grains) {
            assert_eq!(keep_all(&mut watermarks, other), 0);
            assert!(!watermarks.has(other));
        }
        assert!(!watermarks.has(grains));
        assert_eq!(keep_all(&mut watermarks, grains), 50);
        assert!(watermarks.has(grains));

        watermarks.remove(grains, 2);
        assert!(watermarks.has(grains));
        assert_eq!(keep_all(&mut watermarks, grains), 2);
        watermarks.remove(grains, 50);
        assert!(!watermarks.has(grains));
        assert_eq!(watermarks.surplus(), Lengths::NONE);
    }
}

/// What comes and goes among others of all lengths holds these apart if it stays where it is.
#[test]
fn a_length_that_is_rarely_asked_for_is_not_kept() {
    for grains in 1..=LAST {
        let mut watermarks = wanted(&[(grains, 15)]);

        assert_eq!(keep_all(&mut watermarks, grains), 0);
        watermarks.count_alloc(grains, 16);
        watermarks.update();
        assert_eq!(keep_all(&mut watermarks, grains), 16);

        // It is asked for no more, and others are, so that there is no doubt.
        let other = if grains == 1 { 2 } else { 1 };
        watermarks.count_alloc(other, 100);
        watermarks.update();
        assert_eq!(watermarks.surplus(), set(&[grains]));
        watermarks.remove(grains, 16);
        assert_eq!(keep_all(&mut watermarks, grains), 0);
    }
}

#[test]
fn many_are_counted() {
    let mut watermarks = wanted(&[(1, u16::MAX), (1, u16::MAX), (LAST, u16::MAX)]);

    assert_eq!(keep_all(&mut watermarks, 1), 2 * usize::from(u16::MAX));
    assert_eq!(keep_all(&mut watermarks, LAST), u16::MAX.into());
    watermarks.remove(1, 2 * u32::from(u16::MAX));
    assert!(!watermarks.has(1));
    watermarks.add(1, u16::MAX);
    watermarks.add(1, u16::MAX);
    assert_eq!(watermarks.surplus(), Lengths::NONE);
    watermarks.add(1, 1);
    assert_eq!(watermarks.surplus(), set(&[1]));
}

#[test]
fn lengths_that_are_not_kept_change_nothing() {
    let mut watermarks = wanted(&[(1, 40), (LAST, 60)]);

    for grains in OTHERS {
        watermarks.count_alloc(grains, 1000);
        watermarks.add(grains, 1001);
        watermarks.remove(grains, 1000);
        assert!(!watermarks.has(grains) && !watermarks.has_surplus(grains));
    }
    assert_eq!(keep_all(&mut watermarks, 1), 40);
    assert_eq!(keep_all(&mut watermarks, LAST), 60);
    assert_eq!(watermarks.surplus(), Lengths::NONE);
    // They would be much if they counted.
    watermarks.update();
    assert_eq!(watermarks.surplus(), Lengths::NONE);
    watermarks.count_alloc(1, 50);
    watermarks.update();
    assert_eq!(watermarks.surplus(), set(&[LAST]));
}

#[test]
fn what_is_asked_for_more_often_is_believed_at_once() {
    let mut watermarks = wanted(&[(4, 40)]);

    watermarks.count_alloc(4, 100);
    watermarks.update();
    assert_eq!(keep_all(&mut watermarks, 4), 100);
}

/// Another length is asked for as often, so there is no doubt that this one is not.
#[test]
fn what_is_asked_for_less_often_is_believed_by_halves() {
    let mut watermarks = wanted(&[(4, 200), (5, 1000)]);

    let mut kept = keep_all(&mut watermarks, 4);
    assert_eq!(kept, 200);
    for (taken, left) in [
        (150, 150),
        (0, 75),
        (50, 50),
        (0, 25),
        (17, 17),
        (0, 0),
        (16, 16),
        (15, 0),
    ] {
        watermarks.count_alloc(4, taken);
        watermarks.count_alloc(5, 1000);
        watermarks.update();
        let is_surplus = kept > left;

        assert_eq!(watermarks.surplus() == set(&[4]), is_surplus);
        assert_eq!(watermarks.surplus() == Lengths::NONE, !is_surplus);
        watermarks.remove(4, kept as u32);
        kept = keep_all(&mut watermarks, 4);
        assert_eq!(kept, left);
    }
}

#[test]
fn much_less_in_all_is_not_believed_yet() {
    let mut watermarks = wanted(&[(1, 600), (2, 400)]);

    assert_eq!(keep_all(&mut watermarks, 1), 600);
    assert_eq!(keep_all(&mut watermarks, 2), 400);
    for _ in 0..10 {
        watermarks.update();
        assert_eq!(watermarks.surplus(), Lengths::NONE);
    }
    watermarks.count_alloc(2, 250);
    watermarks.update();
    assert_eq!(watermarks.surplus(), Lengths::NONE);
    // What was taken before still counts, so that is half of it.
    watermarks.count_alloc(2, 250);
    watermarks.update();
    assert_eq!(watermarks.surplus(), set(&[1]));
    watermarks.remove(1, 300);
    assert_eq!(watermarks.surplus(), Lengths::NONE);
    assert_eq!(keep_all(&mut watermarks, 2), 100);
    // And counts no more.
    watermarks.count_alloc(2, 390);
    watermarks.update();
    assert_eq!(watermarks.surplus(), Lengths::NONE);
}

/// While the rest is not believed, a length that is asked for more often is.
#[test]
fn more_of_one_length_is_believed_in_any_case() {
    let mut watermarks = wanted(&[(1, 200), (LAST, 40)]);

    watermarks.count_alloc(LAST, 70);
    watermarks.update();
    assert_eq!(keep_all(&mut watermarks, 1), 200);
    assert_eq!(keep_all(&mut watermarks, LAST), 70);
}

#[test]
fn a_surplus_is_what_is_kept_above_what_is_wanted() {
    let all: Vec<_> = (1..=LAST).map(|grains| (grains, 64)).collect();
    let mut watermarks = wanted(&all);

    for grains in 1..=LAST {
        assert_eq!(keep_all(&mut watermarks, grains), 64);
    }
    for grains in (2..=LAST).step_by(2) {
        watermarks.count_alloc(grains, 64);
    }
    watermarks.update();
    let odd: Vec<usize> = (1..=LAST).step_by(2).collect();
    assert_eq!(watermarks.surplus(), set(&odd));
    for (gone, grains) in odd.iter().enumerate() {
        watermarks.remove(*grains, 32);
        assert_eq!(watermarks.surplus(), set(&odd[gone + 1..]));
        assert_eq!(keep_all(&mut watermarks, *grains), 0);
    }
}

/// What should be known of a length.
#[derive(Clone, Copy, Default)]
struct Naive {
    taken: u64,
    asked_for: u64,
    kept: u64,
}

impl Naive {
    fn wanted(&self) -> u64 {
        match self.asked_for {
            ..FEW => 0,
            many => many,
        }
    }
}

struct World {
    watermarks: Watermarks,
    naive: BTreeMap<usize, Naive>,
    counts: BTreeMap<&'static str, usize>,
    rng: Rng,
}

impl World {
    fn new() -> World {
        World {
            watermarks: Watermarks::new(),
            naive: (1..=LAST)
                .map(|grains| (grains, Naive::default()))
                .collect(),
            counts: BTreeMap::new(),
            rng: Rng::new(1),
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_insert(0) += 1;
    }

    /// A few of the lengths are asked for more than others.
    fn grains(&mut self) -> usize {
        match self.rng.below(16) {
            0 => self.rng.pick(&OTHERS),
            1..=4 => 1 + self.rng.below(LAST),
            _ => self.rng.pick(&[1, 3, LAST]),
        }
    }

    fn take(&mut self) {
        let grains = self.grains();
        let nr = match self.rng.below(1000) {
            0 => 500,
            _ => self.rng.below(10) as u16,
        };

        self.watermarks.count_alloc(grains, nr);
        match self.naive.get_mut(&grains) {
            Some(naive) => naive.taken += u64::from(nr),
            None => self.count("took_others"),
        }
    }

    fn keep(&mut self) {
        let grains = self.grains();
        let nr = match self.rng.below(64) {
            0 => self.rng.below(50) as u16,
            _ => 1,
        };

        self.watermarks.add(grains, nr);
        let what = match self.naive.get_mut(&grains) {
            Some(naive) => {
                naive.kept += u64::from(nr);
                if naive.kept > naive.wanted() {
                    "kept_too_many"
                } else {
                    "kept"
                }
            }
            None => "kept_others",
        };

        self.count(what);
    }

    fn forget(&mut self) {
        // Most often what is not worth keeping is joined.
        let grains = match self.watermarks.surplus().greatest() {
            Some(grains) if !self.rng.one_in(4) => grains,
            _ => self.grains(),
        };
        let Some(naive) = self.naive.get_mut(&grains) else {
            self.watermarks.remove(grains, 1);
            return;
        };
        let nr = match self.rng.below(4) {
            0 => naive.kept,
            1 => naive.kept.saturating_sub(naive.wanted()),
            _ => naive.kept.min(1),
        };

        naive.kept -= nr;
        self.watermarks.remove(grains, nr as u32);
        if nr > 0 {
            self.count("forgot");
        }
    }

    fn next(&mut self) {
        let taken: u64 = self.naive.values().map(|naive| naive.taken).sum();
        let wanted: u64 = self.naive.values().map(|naive| naive.asked_for).sum();
        let is_much_less = taken < wanted / 2;
        let (mut fell, mut rose) = (false, false);

        for naive in self.naive.values_mut() {
            let half = naive.asked_for / 2;

            if is_much_less {
                // What is less is not believed.
                rose |= naive.taken > naive.asked_for;
                naive.asked_for = naive.asked_for.max(naive.taken);
            } else {
                fell |= naive.taken < half;
                naive.asked_for = naive.taken.max(half);
                naive.taken = 0;
            }
        }
        self.watermarks.update();
        self.count(if is_much_less { "waited" } else { "decided" });
        if fell {
            self.count("halved");
        }
        if rose {
            self.count("rose_while_waiting");
        }
    }

    fn check(&mut self) {
        let mut surplus = Lengths::NONE;

        for (grains, naive) in &self.naive {
            let has_surplus = naive.kept > naive.wanted();

            assert_eq!(self.watermarks.has(*grains), naive.kept > 0);
            assert_eq!(self.watermarks.has_surplus(*grains), has_surplus);
            if has_surplus {
                surplus = surplus.or(Lengths::of(*grains));
            }
        }
        for grains in OTHERS {
            assert!(!self.watermarks.has(grains) && !self.watermarks.has_surplus(grains));
        }
        assert_eq!(self.watermarks.surplus(), surplus);
        self.count(match surplus.greatest() {
            Some(_) => "surplus",
            None => "no_surplus",
        });
    }
}

#[test]
fn random_steps_do_what_naive_counts_do() {
    let mut world = World::new();
    let mut takes = 1;

    for step in 0..STEPS {
        // More is asked for at some times than at others.
        if step % 1000 == 0 {
            takes = world.rng.pick(&[1, 2, 8, 32]);
        }
        match world.rng.below(64) {
            0 => world.next(),
            dice if dice <= takes => world.take(),
            dice if dice % 2 == 1 => world.forget(),
            _ => world.keep(),
        }
        world.check();
    }

    for (what, count) in &world.counts {
        println!("# figure: demand_{what}={count}");
        assert!(*count > STEPS / 10_000, "{what}");
    }
    assert_eq!(world.counts.len(), 11);
}
