// SPDX-License-Identifier: GPL-2.0

//! Random steps of the records of a pack, each against a map of blocks.

use crate::records::{Arena, Index, Supply};
use crate::rng::Rng;
use crate::test_records::{drain, kill, make_live, parts, records, remove};
use crate::test_records::{Growing, Parts, VecRecords, CACHED, DYING, LIVE};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

const STEPS: usize = 1_000_000;
/// Grains, and the most that a block has.
const SIZES: [(usize, usize); 5] = [(1, 1), (128, 8), (700, 60), (5000, 1000), (65_536, 3)];
/// Grains under one removal, when the worker gives a run back.
const PART: usize = 50;

/// What has become of a record. Those that were never handed out have no fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It is that of a block.
    Used,
    /// It was unlinked, and no grace period has begun since.
    Retired,
    /// It was unlinked before the grace period that is going on.
    Waiting,
    /// It can be used again.
    Spare,
}

struct World {
    records: VecRecords<Growing>,
    supply: Supply,
    grains: usize,
    largest: usize,
    blocks: BTreeMap<usize, (usize, Parts)>,
    dying: BTreeSet<usize>,
    fates: Vec<Fate>,
    retired: Vec<usize>,
    waiting: Vec<usize>,
    spare: usize,
    counts: BTreeMap<&'static str, usize>,
    rng: Rng,
}

impl World {
    fn new(grains: usize, largest: usize) -> World {
        World {
            // Each record is that of a grain, or waits for the one or the other grace period.
            records: records(Growing::new(3 * grains + 1000), grains),
            supply: Supply::new(),
            grains,
            largest,
            blocks: BTreeMap::new(),
            dying: BTreeSet::new(),
            fates: Vec::new(),
            retired: Vec::new(),
            waiting: Vec::new(),
            spare: 0,
            counts: BTreeMap::new(),
            rng: Rng::new(grains as u64),
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_insert(0) += 1;
    }

    /// A grain at which something begins, or any other.
    fn grain(&mut self) -> usize {
        let grain = self.rng.below(self.grains);

        match self.rng.below(8) {
            0 => grain,
            1 => self.grains + self.rng.below(300),
            _ => match self.blocks.range(..=grain).next_back() {
                Some((start, _)) => *start,
                None => grain,
            },
        }
    }

    /// Returns whether a grain is that of a block.
    fn is_taken(&self, grain: usize) -> bool {
        let before = self.blocks.range(..=grain).next_back();

        before.is_some_and(|(start, (_, parts))| grain < start + parts.grains)
    }

    fn available(&self) -> usize {
        self.records.arena().len() - self.fates.len() + self.spare
    }

    fn can_recycle(&self) -> bool {
        !self.retired.is_empty() || !self.waiting.is_empty()
    }

    fn take_record(&mut self) -> Index {
        loop {
            let arena = self.records.arena();

            assert_eq!(self.supply.available(arena), self.available());
            assert_eq!(self.supply.can_recycle(), self.can_recycle());
            let Some(index) = self.supply.take(arena) else {
                assert_eq!(self.available(), 0);
                arena.grow(8);
                continue;
            };
            if self.spare > 0 {
                assert_eq!(self.fates[index.place()], Fate::Spare);
                self.spare -= 1;
                self.count("reused");
            } else {
                assert_eq!(index.place(), self.fates.len());
                self.fates.push(Fate::Spare);
            }
            self.fates[index.place()] = Fate::Used;
            return index;
        }
    }

    fn insert(&mut self) {
        let grain = self.rng.below(self.grains);
        let next = self.blocks.range(grain..).next();
        let room = next.map_or(self.grains, |(start, _)| *start) - grain;

        if room == 0 || self.is_taken(grain) {
            return;
        }
        let grains = 1 + self.rng.below(room.min(self.largest));
        let index = self.take_record();
        let record = self.records.insert(index, grain, grains).unwrap();

        assert_eq!(parts(record.block()), Parts::cached(grains));
        self.blocks
            .insert(grain, (index.place(), Parts::cached(grains)));
        self.count("inserted");
    }

    fn make_live(&mut self) {
        let grain = self.grain();
        let (ty, slack) = (self.rng.below(8) as u32, self.rng.below(32));
        let owner = self.rng.next() as u32;
        let Some((_, parts)) = self.blocks.get_mut(&grain) else {
            return;
        };
        if parts.state != CACHED {
            return;
        }

        *parts = Parts {
            state: LIVE,
            ty,
            slack,
            owner,
            ..*parts
        };
        make_live(self.records.find(grain).unwrap().1, *parts);
        self.count("live");
    }

    fn kill(&mut self) {
        let grain = match self.dying.last() {
            Some(grain) if self.rng.one_in(64) => *grain,
            _ => self.grain(),
        };
        let killed = kill(&self.records, grain);
        let what = match self.blocks.get_mut(&grain) {
            Some((_, parts)) => {
                assert_eq!(killed, Some(*parts));
                match parts.state {
                    CACHED => "killed_cached",
                    DYING => "killed_twice",
                    _ => {
                        parts.state = DYING;
                        self.dying.insert(grain);
                        "killed"
                    }
                }
            }
            None => {
                assert_eq!(killed, None);
                if self.is_taken(grain) {
                    "killed_inside"
                } else {
                    "killed_nothing"
                }
            }
        };

        self.count(what);
    }

    /// Removes the blocks that begin in a range, of which none has to be found on a list any more.
    fn remove(&mut self, grains: Range<usize>) {
        let mut want = Vec::new();

        if grains.start < grains.end {
            let gone: Vec<usize> = self
                .blocks
                .range(grains.clone())
                .map(|(at, _)| *at)
                .collect();

            want.extend(gone.iter().map(|at| self.blocks.remove(at).unwrap().0));
            want.sort();
        }
        let (records, supply) = (&self.records, &mut self.supply);
        let mut removed = Vec::new();
        records.remove(grains, |index| {
            removed.push(index.place());
            supply.retire(records.arena(), index);
        });
        removed.sort();
        assert_eq!(removed, want);

        for place in removed {
            assert_eq!(self.fates[place], Fate::Used);
            self.fates[place] = Fate::Retired;
            self.retired.push(place);
            self.count("removed");
        }
    }

    /// Puts cached blocks back: those that begin in a range in which no other block begins.
    fn put_back(&mut self) {
        let grain = self.grain();
        if self.blocks.get(&grain).is_some_and(|b| b.1.state != CACHED) {
            return;
        }
        let mut before = self.blocks.range(..grain);
        let mut behind = self.blocks.range(grain..);
        let first = before.rfind(|(_, block)| block.1.state != CACHED);
        let limit = behind.find(|(_, block)| block.1.state != CACHED);
        let first = first.map_or(0, |(at, _)| at + 1);
        let limit = limit.map_or(self.grains, |(at, _)| *at).max(grain + 1);
        // Not always all of them, lest nothing is left.
        let (first, limit) = (first.max(grain.saturating_sub(40)), limit.min(grain + 100));

        match self.rng.below(4) {
            0 if grain < self.grains => {
                let start = first + self.rng.below(grain + 1 - first);
                let end = grain + 1 + self.rng.below(limit - grain);

                self.remove(start..end);
                self.count("put_back_many");
            }
            1 => {
                let end = self.rng.below(grain + 1);

                assert_eq!(remove(&self.records, grain..end), []);
                self.count("put_back_nothing");
            }
            _ => self.remove(grain..grain + 1),
        }
    }

    /// Takes all that die. Removes them as the worker does, as runs, or one by one while the list is
    /// walked.
    fn take_dying(&mut self) {
        let expected = std::mem::take(&mut self.dying);
        let one_by_one = self.rng.one_in(2);
        let mut taken = BTreeMap::new();
        let mut dying = self.records.take_dying();

        assert_eq!(dying.is_empty(), expected.is_empty());
        while let Some((grain, block)) = dying.next(self.records.arena()) {
            let block = parts(block);

            assert_eq!(self.blocks.get(&grain).unwrap().1, block);
            assert!(taken.insert(grain, block.grains).is_none(), "{grain} twice");
            if one_by_one {
                self.remove(grain..grain + block.grains);
            }
        }
        assert!(taken.keys().eq(&expected));
        assert!(drain(&self.records).is_empty());
        self.count("taken");
        if one_by_one {
            return;
        }

        let mut runs: Vec<Range<usize>> = Vec::new();
        for (start, grains) in taken {
            match runs.last_mut() {
                Some(run) if run.end == start => run.end += grains,
                _ => runs.push(start..start + grains),
            }
        }
        for run in runs {
            for start in run.clone().step_by(PART) {
                self.remove(start..run.end.min(start + PART));
            }
        }
    }

    /// A grace period begins, after one that has ended or that nobody has waited for.
    fn begin_grace(&mut self) {
        self.supply.begin_grace();
        if self.waiting.is_empty() {
            self.waiting = std::mem::take(&mut self.retired);
            for place in &self.waiting {
                self.fates[*place] = Fate::Waiting;
            }
        }
    }

    fn end_grace(&mut self) {
        self.supply.end_grace(self.records.arena());
        self.spare += self.waiting.len();
        for place in self.waiting.drain(..) {
            self.fates[place] = Fate::Spare;
        }
    }

    fn check_at(&self, grain: usize) {
        let found = self.records.find(grain);
        let found = found.map(|(index, record)| (index.place(), parts(record.block())));
        let before = self.records.find_before(grain);
        let before = before.map(|(grain, record)| (grain, parts(record.block())));
        let want = self.blocks.range(..=grain).next_back();

        assert_eq!(found, self.blocks.get(&grain).copied());
        assert_eq!(before, want.map(|(start, (_, parts))| (*start, *parts)));
    }

    fn check(&self) {
        let mut all: Vec<Parts> = self.records.blocks().map(parts).collect();
        let mut want: Vec<Parts> = self.blocks.values().map(|block| block.1).collect();

        all.sort();
        want.sort();
        assert_eq!(all, want);
        (0..self.grains + 130).for_each(|grain| self.check_at(grain));
        assert_eq!(
            self.supply.available(self.records.arena()),
            self.available()
        );
        assert_eq!(self.supply.can_recycle(), self.can_recycle());
    }

    fn step(&mut self) {
        match self.rng.below(32) {
            0 => self.take_dying(),
            1 => self.begin_grace(),
            2 => self.end_grace(),
            3 => self.put_back(),
            4..=12 => self.insert(),
            13..=20 => self.make_live(),
            21..=28 => self.kill(),
            _ => {
                let grain = self.grain();
                self.check_at(grain);
            }
        }
    }
}

#[test]
fn random_steps_do_what_a_map_of_blocks_does() {
    for (grains, largest) in SIZES {
        let mut world = World::new(grains, largest);

        for step in 0..STEPS {
            world.step();
            if step % (grains * 4 + 64) == 0 {
                world.check();
            }
        }
        world.check();

        // A block of one grain has no inside.
        let kinds = if grains == 1 { 11 } else { 12 };
        println!("# figure: records_{grains}_records={}", world.fates.len());
        for (what, count) in &world.counts {
            println!("# figure: records_{grains}_{what}={count}");
            assert!(*count > STEPS / 10_000, "{what}");
        }
        assert_eq!(world.counts.len(), kinds);
    }
}
