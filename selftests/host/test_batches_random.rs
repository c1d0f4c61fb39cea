// SPDX-License-Identifier: GPL-2.0

//! Random steps of blocks that are kept in batches, each against a stack of stacks.

use crate::placement::freelists::{FreeLists, Lengths, LONGEST};
use crate::placement::reclaimed::Reclaimed;
use crate::placement::records::Dying;
use crate::record_oracle::{kill, make_live, parts, Parts, CACHED, DYING, LIVE};
use crate::rng::Rng;
use crate::test_batches::Blocks;
use std::collections::BTreeMap;

const STEPS: usize = 1_000_000;
/// Most blocks of a batch, told a second time.
const BATCH: usize = 32;

/// Blocks of one length that are kept.
#[derive(Default)]
struct Naive {
    /// The batches, the first of which is the last here, as the first block of each is.
    batches: Vec<Vec<usize>>,
    nr: usize,
}

impl Naive {
    /// Adds blocks, the last of which will be the first.
    fn add(&mut self, numbers: &[usize]) {
        self.batches
            .extend(numbers.chunks(BATCH).map(|batch| batch.to_vec()));
        self.nr += numbers.len();
    }

    /// Takes what comes to `most` or less, and says what that is.
    fn take(&mut self, most: usize) -> (Vec<usize>, &'static str) {
        let (mut taken, mut whole) = (Vec::new(), 0);

        while let Some(batch) = self.batches.last() {
            if batch.len() > most - taken.len() {
                break;
            }
            taken.extend(batch.iter().rev());
            self.batches.pop();
            whole += 1;
        }
        let what = match (whole, self.batches.last_mut()) {
            (0, Some(batch)) if most > 0 => {
                taken.extend(batch.drain(batch.len() - most..).rev());
                "cut_batch"
            }
            (0, _) => "took_nothing",
            (1, _) => "took_batch",
            _ => "took_batches",
        };

        self.nr -= taken.len();
        (taken, what)
    }
}

struct World {
    blocks: Blocks,
    lists: FreeLists,
    /// What each block is, from the first record on.
    parts: Vec<Parts>,
    kept: BTreeMap<usize, Naive>,
    /// Blocks that were taken and not given yet, and those that somebody has.
    at_hand: Vec<usize>,
    live: Vec<usize>,
    /// Blocks that have died, the first one first.
    dying: Vec<usize>,
    counts: BTreeMap<&'static str, usize>,
    rng: Rng,
}

impl World {
    /// Makes a pack with blocks of some lengths by turns.
    fn new(lengths: &[usize], nr: usize) -> World {
        let lengths: Vec<usize> = lengths.iter().copied().cycle().take(nr).collect();
        let blocks = Blocks::new(&lengths);
        let mut world = World {
            parts: (1..=nr)
                .map(|nr| parts(blocks.record(nr).block()))
                .collect(),
            blocks,
            lists: FreeLists::new(),
            kept: (1..=LONGEST)
                .map(|grains| (grains, Naive::default()))
                .collect(),
            at_hand: Vec::new(),
            live: Vec::new(),
            dying: Vec::new(),
            counts: BTreeMap::new(),
            rng: Rng::new(nr as u64),
        };

        let mut sorted = Reclaimed::new();
        (1..=nr).for_each(|number| world.push(&mut sorted, number));
        world.add(&sorted, &(1..=nr).collect::<Vec<_>>());
        world
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_insert(0) += 1;
    }

    /// Takes any of some blocks.
    fn any(rng: &mut Rng, numbers: &mut Vec<usize>) -> Option<usize> {
        match numbers.len() {
            0 => None,
            nr => Some(numbers.swap_remove(rng.below(nr))),
        }
    }

    fn give(&mut self) {
        let Some(number) = World::any(&mut self.rng, &mut self.at_hand) else {
            return;
        };
        let live = Parts {
            state: LIVE,
            ty: self.rng.below(8) as u32,
            slack: self.rng.below(32),
            owner: self.rng.next() as u32,
            ..self.parts[number - 1]
        };

        make_live(self.blocks.record(number), live);
        self.parts[number - 1] = live;
        self.live.push(number);
        self.count("gave");
    }

    fn kill(&mut self) {
        let Some(number) = World::any(&mut self.rng, &mut self.live) else {
            return;
        };

        self.kill_one(number);
        self.parts[number - 1].state = DYING;
        self.dying.push(number);
        self.count("killed");
    }

    /// Frees any block that may have been freed before.
    fn kill_late(&mut self) {
        let number = 1 + self.rng.below(self.parts.len());
        let what = match self.parts[number - 1].state {
            CACHED => "killed_cached",
            DYING => "killed_twice",
            _ => return,
        };

        self.kill_one(number);
        self.count(what);
    }

    fn kill_one(&self, number: usize) {
        let killed = kill(&self.blocks.records, self.blocks.start(number));

        assert_eq!(killed, Some(self.parts[number - 1]));
    }

    /// Puts a block to those that come back.
    fn push(&mut self, sorted: &mut Reclaimed, number: usize) {
        let (start, grains) = (self.blocks.start(number), self.blocks.grains(number));
        let record = self.blocks.record(number);
        let index = crate::record_oracle::index(number);

        assert_eq!(parts(record.block()), self.parts[number - 1]);
        assert!(sorted.push(index, record, record.block(), start));
        self.parts[number - 1] = Parts::cached(grains);
    }

    /// Keeps what has come back: these blocks, in the order in which they came.
    fn add(&mut self, sorted: &Reclaimed, came: &[usize]) {
        let mut fresh = BTreeMap::<usize, Vec<usize>>::new();

        for number in came {
            let grains = self.blocks.grains(*number);

            fresh.entry(grains).or_default().push(*number);
        }
        for (grains, numbers) in &fresh {
            self.kept.get_mut(grains).unwrap().add(numbers);
        }
        let nr = sorted.each().map(|(grains, fresh)| (grains, fresh.nr()));
        assert!(nr.eq(fresh.iter().map(|(g, numbers)| (*g, numbers.len() as u16))));
        for (grains, fresh) in sorted.each() {
            self.lists.add(self.blocks.records.table(), grains, fresh);
        }
        self.check();
    }

    /// Takes all that have died back, at once or in parts.
    fn come_back(&mut self) {
        let died = std::mem::take(&mut self.dying);
        let parts = 1 + self.rng.below(8);
        let mut dying = self.blocks.records.take_dying();

        // Who died last is the first.
        let died: Vec<usize> = died.into_iter().rev().collect();
        for part in died.chunks(died.len().div_ceil(parts).max(1)) {
            let mut sorted = Reclaimed::new();

            for number in part {
                self.next(&mut dying, *number);
                self.push(&mut sorted, *number);
            }
            self.add(&sorted, part);
            self.count("came_back");
        }
        assert!(dying.is_empty());
    }

    /// Takes the next that has died, which is that one.
    fn next(&self, dying: &mut Dying, number: usize) {
        let (index, record, start) = dying.next(self.blocks.records.table()).unwrap();

        assert_eq!(index.place() + 1, number);
        assert!(std::ptr::eq(record, self.blocks.record(number)));
        assert_eq!(start, self.blocks.start(number));
    }

    fn take(&mut self) {
        let lengths: Vec<usize> = self
            .kept
            .iter()
            .filter(|(_, naive)| naive.nr > 0)
            .map(|(grains, _)| *grains)
            .collect();
        let grains = match lengths.len() {
            0 => 1,
            _ if self.rng.one_in(32) => 1 + self.rng.below(LONGEST),
            _ => self.rng.pick(&lengths),
        };
        let most = match self.rng.below(16) {
            0 => 0,
            1 => u16::MAX,
            2..=4 => 1 + self.rng.below(100) as u16,
            5 => BATCH as u16 + 1,
            // As the magazine asks
            _ => 1 << self.rng.below(6),
        };

        self.take_some(grains, most);
    }

    fn take_some(&mut self, grains: usize, most: u16) {
        let (want, what) = self.kept.get_mut(&grains).unwrap().take(most.into());
        let table = self.blocks.records.table();
        let chain = self.lists.take(table, grains, most);

        assert_eq!(self.blocks.walk(chain, grains), want);
        self.at_hand.extend(want);
        self.count(what);
        self.check();
    }

    fn check(&self) {
        let nr = self.kept.iter().map(|(g, naive)| (*g, naive.nr as u32));
        let grains: usize = self.kept.iter().map(|(g, naive)| g * naive.nr).sum();
        let some = self.kept.iter().filter(|(_, naive)| naive.nr > 0);
        let lengths = some.fold(Lengths::NONE, |set, (g, _)| set.or(Lengths::of(*g)));

        assert!(self.lists.each().eq(nr));
        assert_eq!(self.lists.grains(), grains);
        assert_eq!(self.lists.lengths(), lengths);
    }

    /// Does a step; what has died comes back rarely, and then is much, if `rarity` is large.
    fn step(&mut self, rarity: usize) {
        match self.rng.below(16) {
            0 if self.rng.one_in(rarity) => self.come_back(),
            0 => self.kill_late(),
            1 => self.take(),
            2..=8 => self.give(),
            _ => self.kill(),
        }
    }

    /// Everybody frees everything, and all is taken.
    fn end(&mut self) {
        while !self.at_hand.is_empty() || !self.live.is_empty() {
            self.give();
            self.kill();
        }
        self.come_back();
        for grains in 1..=LONGEST {
            self.take_some(grains, u16::MAX);
        }
        self.at_hand.sort();
        assert!(self.at_hand.iter().copied().eq(1..=self.parts.len()));
        assert_eq!(self.lists.grains(), 0);
    }
}

#[test]
fn random_steps_do_what_a_stack_of_stacks_does() {
    let all: Vec<usize> = (1..=LONGEST).collect();
    let worlds = [(&[1][..], 1000), (&[2, 7, LONGEST], 1400), (&all, 1000)];

    for (lengths, nr) in worlds {
        let mut world = World::new(lengths, nr);
        let mut rarity = 1;

        for step in 0..STEPS {
            if step % 5000 == 0 {
                rarity = world.rng.pick(&[1, 8, 64, 256]);
            }
            world.step(rarity);
        }
        world.end();

        for (what, count) in &world.counts {
            println!("# figure: batches_{nr}_{what}={count}");
            assert!(*count > STEPS / 10_000, "{what}");
        }
        assert_eq!(world.counts.len(), 9);
    }
}
