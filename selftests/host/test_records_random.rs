// SPDX-License-Identifier: GPL-2.0

//! Random steps of the records of a pack, each against a map of blocks.

use crate::placement::free_records::FreeRecords;
use crate::placement::freelists::{FreeLists, Lengths, LONGEST};
use crate::placement::reclaimed::Reclaimed;
use crate::placement::record::{Index, RecordTable};
use crate::placement::records::Dying;
use crate::record_oracle::{drain, kill, make_live, parts, records, remove};
use crate::record_oracle::{Growing, Parts, VecRecords, CACHED, DYING, LIVE};
use crate::rng::Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

const STEPS: usize = 1_000_000;
/// Grains of the pack, of the longest block, and of a window.
const SIZES: [(usize, usize, usize); 5] = [
    (1, 1, 1),
    (128, 8, 64),
    (700, 60, 8),
    (5000, 1000, 32),
    (65_536, 3, 8),
];
/// Most blocks of a batch, told a second time.
const BATCH: usize = 32;
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
    free_records: FreeRecords,
    grains: usize,
    largest: usize,
    lists: FreeLists,
    blocks: BTreeMap<usize, (usize, Parts)>,
    dying: BTreeSet<usize>,
    /// Where the blocks of each length begin that are kept, the last one last.
    kept: BTreeMap<usize, Vec<usize>>,
    /// The same of all lengths.
    all_kept: BTreeSet<usize>,
    fates: Vec<Fate>,
    retired: Vec<usize>,
    waiting: Vec<usize>,
    spare: usize,
    counts: BTreeMap<&'static str, usize>,
    rng: Rng,
}

impl World {
    fn new(grains: usize, largest: usize, window: usize) -> World {
        World {
            // Each record is that of a grain, or waits for the one or the other grace period.
            records: records(Growing::new(3 * grains + 1000), grains, window),
            free_records: FreeRecords::new(),
            grains,
            largest,
            lists: FreeLists::new(),
            blocks: BTreeMap::new(),
            dying: BTreeSet::new(),
            kept: (1..=LONGEST).map(|grains| (grains, Vec::new())).collect(),
            all_kept: BTreeSet::new(),
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

    /// Returns whether a block can be given to somebody, or be put back.
    fn is_at_hand(&self, grain: usize, parts: Parts) -> bool {
        parts.state == CACHED && !self.all_kept.contains(&grain)
    }

    fn available(&self) -> usize {
        self.records.table().len() - self.fates.len() + self.spare
    }

    fn take_record(&mut self) -> Index {
        loop {
            let table = self.records.table();

            assert_eq!(self.free_records.available(table), self.available());
            assert_eq!(self.free_records.in_use(), self.blocks.len());
            let Some(index) = self.free_records.take(table) else {
                assert_eq!(self.available(), 0);
                table.grow(8);
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

        self.make_live_at(grain);
    }

    fn make_live_at(&mut self, grain: usize) {
        let (ty, slack) = (self.rng.below(8) as u32, self.rng.below(32));
        let owner = self.rng.next() as u32;
        let Some((place, parts)) = self.blocks.get(&grain).copied() else {
            return;
        };
        if !self.is_at_hand(grain, parts) {
            return;
        }

        let parts = Parts {
            state: LIVE,
            ty,
            slack,
            owner,
            ..parts
        };
        make_live(self.records.find(grain).unwrap().1, parts);
        self.blocks.insert(grain, (place, parts));
        self.count("live");
    }

    fn kill(&mut self) {
        let grain = match self.dying.last() {
            Some(grain) if self.rng.one_in(64) => *grain,
            _ => self.grain(),
        };

        self.kill_at(grain);
    }

    fn kill_at(&mut self, grain: usize) {
        let is_kept = self.all_kept.contains(&grain);
        let killed = kill(&self.records, grain);
        let what = match self.blocks.get_mut(&grain) {
            Some((_, parts)) => {
                assert_eq!(killed, Some(*parts));
                match parts.state {
                    CACHED if is_kept => "killed_kept",
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
        let (records, free_records) = (&self.records, &mut self.free_records);
        let mut removed = Vec::new();
        records.remove(grains, |index| {
            removed.push(index.place());
            free_records.retire(records.table(), index);
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
        let stays = |(at, block): &(&usize, &(usize, Parts))| !self.is_at_hand(**at, block.1);
        if self.blocks.range(grain..=grain).rfind(stays).is_some() {
            return;
        }
        let first = self.blocks.range(..grain).rfind(stays);
        let limit = self.blocks.range(grain..).find(stays);
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

    /// Puts a block that has died to those that will be kept, or not if it is too long.
    fn push(&mut self, sorted: &mut Reclaimed, index: Index, grain: usize) -> bool {
        let record = self.records.table().get(index).unwrap();
        let (block, before) = (record.block(), record.list());
        let is_kept = sorted.push(index, record, block, grain);
        let (_, parts) = self.blocks.get_mut(&grain).unwrap();

        if let Some(kept) = self.kept.get_mut(&parts.grains) {
            assert!(is_kept);
            *parts = Parts::cached(parts.grains);
            kept.push(grain);
            self.all_kept.insert(grain);
            self.count("kept");
        } else {
            assert!(!is_kept);
            assert_eq!(record.list(), before);
            self.count("too_long");
        }
        self.check_at(grain);
        is_kept
    }

    /// Keeps blocks that were put together.
    fn keep(&mut self, sorted: &Reclaimed) {
        for (grains, fresh) in sorted.each() {
            self.lists.add(self.records.table(), grains, fresh);
        }
    }

    /// Asserts that as many were taken as one may rely on, of `kept` blocks.
    fn check_nr(nr: usize, kept: usize, most: usize) {
        assert!(nr <= kept.min(most));
        assert_eq!(nr > 0, kept.min(most) > 0);
        // Otherwise another batch would have come to that, or less.
        assert!(nr == kept || nr + BATCH > most);
    }

    /// Takes blocks that are kept, and returns where they begin. They are cached as others are then.
    fn take_kept(&mut self, grains: usize, most: u16) -> Vec<usize> {
        let taken = self.lists.take(self.records.table(), grains, most);
        let (first, nr) = taken.unzip();
        let nr = usize::from(nr.unwrap_or(0));
        let mut next = first;
        let mut none = Vec::new();
        let kept = self.kept.get_mut(&grains).unwrap_or(&mut none);

        World::check_nr(nr, kept.len(), most.into());
        let want: Vec<usize> = kept.drain(kept.len() - nr..).rev().collect();
        for grain in &want {
            let index = next.unwrap();
            let record = self.records.table().get(index).unwrap();
            let (behind, start) = record.list();

            assert_eq!(start, *grain);
            assert_eq!(self.blocks[grain], (index.place(), parts(record.block())));
            assert!(self.all_kept.remove(grain));
            next = behind;
            // Who has the chain may give a block before it goes on.
            if self.rng.one_in(4) {
                self.make_live_at(*grain);
                if self.rng.one_in(2) {
                    self.kill_at(*grain);
                }
            }
        }
        want
    }

    /// A length of which there are blocks, or any other.
    fn kept_grains(&mut self) -> usize {
        match self.rng.below(16) {
            0 => self.rng.pick(&[0, LONGEST + 1, self.largest, usize::MAX]),
            1 => 1 + self.rng.below(LONGEST),
            _ => {
                let lists = self.kept.iter().filter(|(_, kept)| !kept.is_empty());
                let lengths: Vec<usize> = lists.map(|(grains, _)| *grains).collect();

                match lengths.len() {
                    0 => 1,
                    _ => self.rng.pick(&lengths),
                }
            }
        }
    }

    fn take_some_kept(&mut self) {
        let grains = self.kept_grains();
        let most = match self.rng.below(8) {
            0 => 0,
            1 => u16::MAX,
            2..=4 => 1,
            _ => 1 + self.rng.below(32) as u16,
        };
        let nr = self.take_kept(grains, most).len();
        let what = match self.kept.get(&grains).map_or(0, Vec::len) {
            _ if nr == 0 => "took_no_kept",
            0 => "took_all_kept",
            _ => "took_some_kept",
        };

        self.count(what);
    }

    /// Joins blocks that are kept, as the worker does.
    fn release(&mut self) {
        for _ in 0..1 + self.rng.below(4) {
            let kept = self.kept.iter().rfind(|(_, kept)| !kept.is_empty());
            let Some(grains) = kept.map(|(grains, _)| *grains) else {
                assert_eq!(self.lists.lengths().greatest(), None);
                return;
            };

            assert_eq!(self.lists.lengths().greatest(), Some(grains));
            let taken = self.lists.take(self.records.table(), grains, 1);
            let (index, nr) = taken.unwrap();
            let (_, start) = self.records.table().get(index).unwrap().list();

            assert_eq!(nr, 1);
            assert_eq!(self.kept.get_mut(&grains).unwrap().pop(), Some(start));
            assert!(self.all_kept.remove(&start));
            self.remove(start..start + grains);
            self.count("released");
        }
    }

    /// Takes all that die. Keeps some, and removes the others as the worker does, one by one while the
    /// list is walked, or as runs from another list.
    fn take_dying(&mut self) {
        let mut expected = std::mem::take(&mut self.dying);
        let one_by_one = self.rng.one_in(2);
        let keeps_in_4 = self.rng.below(5);
        let (mut dying, mut left) = (self.records.take_dying(), Dying::none());
        let (mut sorted, mut nr) = (Reclaimed::new(), 0);

        assert_eq!(dying.is_empty(), expected.is_empty());
        while let Some((index, grain, grains)) = self.next(&mut dying) {
            assert!(expected.remove(&grain), "{grain} twice");
            if self.rng.below(4) < keeps_in_4 && self.push(&mut sorted, index, grain) {
                if self.rng.one_in(64) {
                    self.keep(&std::mem::replace(&mut sorted, Reclaimed::new()));
                }
            } else if one_by_one {
                self.remove(grain..grain + grains);
            } else {
                left.push(index, self.records.find(grain).unwrap().1);
                nr += 1;
            }
        }
        self.keep(&sorted);
        assert!(expected.is_empty());
        assert!(drain(&self.records).is_empty());
        self.count("taken");
        self.remove_runs(left, nr);
    }

    /// Takes the next that has died: its record, where it begins, and its length.
    fn next(&self, dying: &mut Dying) -> Option<(Index, usize, usize)> {
        let (index, record, grain) = dying.next(self.records.table())?;
        let block = parts(record.block());

        assert_eq!(self.blocks.get(&grain), Some(&(index.place(), block)));
        Some((index, grain, block.grains))
    }

    /// Removes the `nr` blocks of a list of those that have died.
    fn remove_runs(&mut self, mut dying: Dying, nr: usize) {
        let left = std::iter::from_fn(|| self.next(&mut dying));
        let left: BTreeMap<usize, usize> = left.map(|(_, grain, grains)| (grain, grains)).collect();
        let mut runs: Vec<Range<usize>> = Vec::new();

        assert_eq!(left.len(), nr);
        for (start, grains) in left {
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
        let waits = self.free_records.begin_grace();

        if self.waiting.is_empty() {
            self.waiting = std::mem::take(&mut self.retired);
            for place in &self.waiting {
                self.fates[*place] = Fate::Waiting;
            }
        }
        assert_eq!(waits, !self.waiting.is_empty());
    }

    fn end_grace(&mut self) {
        self.free_records.end_grace(self.records.table());
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
        let from = self.records.find_from(grain);
        let from = from.map(|(grain, record)| (grain, parts(record.block())));
        let want_from = self.blocks.range(grain..).next();

        assert_eq!(found, self.blocks.get(&grain).copied());
        assert_eq!(before, want.map(|(start, (_, parts))| (*start, *parts)));
        assert_eq!(from, want_from.map(|(start, (_, parts))| (*start, *parts)));
    }

    fn check_kept(&self) {
        let want = self.kept.iter().map(|(g, kept)| (*g, kept.len() as u32));
        let grains: usize = self.kept.iter().map(|(g, kept)| g * kept.len()).sum();
        let lists = self.kept.iter().filter(|(_, kept)| !kept.is_empty());
        let lengths = lists.fold(Lengths::NONE, |set, (g, _)| set.or(Lengths::of(*g)));

        assert!(self.lists.each().eq(want));
        assert_eq!(self.lists.grains(), grains);
        assert_eq!(self.lists.lengths(), lengths);
    }

    fn check(&self) {
        let mut all: Vec<Parts> = self
            .records
            .all()
            .map(|record| parts(record.block()))
            .collect();
        let mut want: Vec<Parts> = self.blocks.values().map(|block| block.1).collect();

        all.sort();
        want.sort();
        assert_eq!(all, want);
        (0..self.grains + 130).for_each(|grain| self.check_at(grain));
        assert_eq!(
            self.free_records.available(self.records.table()),
            self.available()
        );
    }

    /// Does a step, which rarely inserts a block if `rarity` is large.
    fn step(&mut self, rarity: usize) {
        match self.rng.below(33) {
            0 => self.take_dying(),
            1 => self.begin_grace(),
            2 => self.end_grace(),
            3 => self.put_back(),
            4 if self.rng.one_in(2) => self.take_some_kept(),
            4 => self.release(),
            5..=13 if self.rng.one_in(rarity) => self.insert(),
            5..=13 => (),
            14..=21 => self.make_live(),
            22..=29 => self.kill(),
            _ => {
                let grain = self.grain();
                self.check_at(grain);
            }
        }
    }
}

#[test]
fn random_steps_do_what_a_map_of_blocks_does() {
    for (grains, largest, window) in SIZES {
        let mut world = World::new(grains, largest, window);
        let mut rarity = 1;

        for step in 0..STEPS {
            // There is room for long blocks only if there is more at some times than at others.
            if step % 5000 == 0 {
                rarity = world.rng.pick(&[1, 1, 4, 32]);
            }
            world.step(rarity);
            world.check_kept();
            if step % (grains * 4 + 64) == 0 {
                world.check();
            }
        }
        world.check();

        // A block of one grain has no inside, and is all there is. Some packs have no long blocks.
        let kinds = 18 - if grains == 1 { 2 } else { 0 } + usize::from(largest > LONGEST);
        println!("# figure: records_{grains}_records={}", world.fates.len());
        for (what, count) in &world.counts {
            println!("# figure: records_{grains}_{what}={count}");
            assert!(*count > STEPS / 10_000, "{what}");
        }
        assert_eq!(world.counts.len(), kinds);
    }
}
