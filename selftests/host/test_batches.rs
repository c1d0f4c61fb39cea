// SPDX-License-Identifier: GPL-2.0

//! Blocks of one length in batches, in single steps.

use crate::placement::batches::{Fresh, List, BATCH};
use crate::placement::record::{Index, Record, RecordTable, MAX_GRAINS};
use crate::record_oracle::{drain, dying, index, kill, live, make_live, parts, some_records};
use crate::record_oracle::{Growing, Parts, Room, VecRecords};

/// Most blocks of a batch, told a second time.
const MOST: usize = 32;
/// Grains of a block.
const LEN: usize = 3;
/// How many blocks are in front of a border of batches, at it, and behind it.
const BORDERS: [usize; 10] = [1, 2, 31, 32, 33, 63, 64, 65, 96, 97];

/// Blocks of any lengths, one behind the other. Their records have the numbers from 1 on.
pub(crate) struct Blocks {
    pub(crate) records: VecRecords<Growing>,
    lengths: Vec<usize>,
    starts: Vec<usize>,
}

impl Blocks {
    /// Makes blocks, all of which have died.
    pub(crate) fn new(lengths: &[usize]) -> Blocks {
        let starts: Vec<usize> = lengths
            .iter()
            .scan(0, |end, grains| {
                let start = *end;

                *end += grains;
                Some(start)
            })
            .collect();
        let records = some_records(lengths.len(), lengths.iter().sum());

        assert!(*starts.last().unwrap_or(&0) < MAX_GRAINS);
        for (place, (start, grains)) in starts.iter().zip(lengths).enumerate() {
            records.insert(index(place + 1), *start, *grains).unwrap();
        }
        let blocks = Blocks {
            records,
            lengths: lengths.to_vec(),
            starts,
        };

        blocks.die(1..=lengths.len());
        blocks
    }

    pub(crate) fn start(&self, number: usize) -> usize {
        self.starts[number - 1]
    }

    pub(crate) fn grains(&self, number: usize) -> usize {
        self.lengths[number - 1]
    }

    pub(crate) fn record(&self, number: usize) -> &Record {
        self.records.table().get(index(number)).unwrap()
    }

    /// Gives blocks to somebody, who frees them, and takes them off the list of the dying.
    pub(crate) fn die(&self, numbers: impl IntoIterator<Item = usize>) {
        let numbers: Vec<usize> = numbers.into_iter().collect();

        for number in &numbers {
            let live = live(self.grains(*number));

            make_live(self.record(*number), live);
            assert_eq!(kill(&self.records, self.start(*number)), Some(live));
        }
        let died = numbers.iter().rev();
        let died = died.map(|number| (self.start(*number), dying(self.grains(*number))));
        assert!(drain(&self.records).into_iter().eq(died));
    }

    /// Pushes blocks, which have died, one by one.
    pub(crate) fn fresh(&self, numbers: impl IntoIterator<Item = usize>) -> Fresh {
        let mut fresh = Fresh::NONE;

        for (before, number) in numbers.into_iter().enumerate() {
            let record = self.record(number);
            let grains = self.grains(number);

            assert_eq!(usize::from(fresh.nr()), before);
            assert_eq!(parts(record.block()), dying(grains));
            fresh.push(index(number), record, record.block(), self.start(number));
            assert_eq!(usize::from(fresh.nr()), before + 1);
            assert_eq!(parts(record.block()), Parts::cached(grains));
        }
        fresh
    }

    /// Returns the numbers of the blocks of a chain, which are all of `grains` grains.
    pub(crate) fn walk(&self, chain: Option<(Index, u16)>, grains: usize) -> Vec<usize> {
        let (first, nr) = chain.unzip();
        let mut next = first;
        let pop = |_| {
            let index = next.expect("there are as many as were counted");
            let number = index.place() + 1;
            let record = self.record(number);
            let (behind, start) = record.list();

            assert_eq!(start, self.start(number));
            assert_eq!(self.grains(number), grains);
            assert_eq!(parts(record.block()), Parts::cached(grains));
            next = behind;
            number
        };

        assert_ne!(nr, Some(0));
        (0..nr.unwrap_or(0)).map(pop).collect()
    }
}

/// Blocks of one length, and the list of those that are kept.
struct Kept {
    blocks: Blocks,
    list: List,
}

impl Kept {
    /// Makes blocks, and adds them in order: so many each time.
    fn new(adds: &[usize]) -> Kept {
        let all: usize = adds.iter().sum();
        let mut kept = Kept {
            blocks: Blocks::new(&vec![LEN; all]),
            list: List::EMPTY,
        };
        let mut end = 0;

        for nr in adds {
            kept.add(end + 1..=end + nr);
            end += nr;
        }
        kept
    }

    /// Adds blocks that have died.
    fn add(&mut self, numbers: impl IntoIterator<Item = usize>) {
        let fresh = self.blocks.fresh(numbers);
        let nr = self.list.nr() + fresh.nr();

        assert_eq!(self.list.add(self.blocks.records.table(), fresh), Some(()));
        assert_eq!(self.list.nr(), nr);
    }

    /// Takes blocks, and returns the numbers of their records.
    fn take(&mut self, most: u16) -> Vec<usize> {
        let before = usize::from(self.list.nr());
        let chain = self.list.take(self.blocks.records.table(), most);
        let numbers = self.blocks.walk(chain, LEN);

        assert!(numbers.len() <= most.into());
        assert_eq!(numbers.is_empty(), most == 0 || before == 0);
        assert_eq!(usize::from(self.list.nr()), before - numbers.len());
        numbers
    }
}

#[test]
fn at_first_there_is_nothing() {
    let mut kept = Kept::new(&[]);

    assert_eq!((BATCH, Fresh::NONE.nr()), (MOST as u16, 0));
    for most in [0, 1, u16::MAX] {
        assert_eq!(kept.take(most), []);
    }
}

/// Whether they came at once or not.
#[test]
fn what_came_last_is_taken_first() {
    for nr in 1..=3 * MOST + 1 {
        for adds in [vec![nr], vec![1; nr], vec![1, nr], vec![nr, 1], vec![nr; 3]] {
            let mut kept = Kept::new(&adds);
            let all: usize = adds.iter().sum();

            assert_eq!(kept.take(0), []);
            assert!(kept.take(u16::MAX).into_iter().eq((1..=all).rev()));
            assert_eq!(kept.take(u16::MAX), []);
        }
    }
}

/// However many are asked for, the rest stays, and all come in the end.
#[test]
fn whole_batches_are_taken_or_a_part_of_one() {
    // How many are added each time, how many are asked for each time, how many these are.
    let cases: &[(&[usize], u16, &[usize])] = &[
        (&[1], 1, &[1]),
        (&[2], 1, &[1, 1]),
        (&[31], 30, &[30, 1]),
        (&[31], 31, &[31]),
        (&[32], 31, &[31, 1]),
        (&[32], 32, &[32]),
        // What is less than a batch came last.
        (&[33], 31, &[1, 31, 1]),
        (&[33], 32, &[1, 32]),
        (&[33], 33, &[33]),
        (&[63], 32, &[31, 32]),
        (&[63], 62, &[31, 32]),
        (&[63], 63, &[63]),
        (&[64], 32, &[32, 32]),
        (&[64], 33, &[32, 32]),
        (&[64], 63, &[32, 32]),
        (&[64], 64, &[64]),
        (&[65], 1, &[1; 65]),
        (&[65], 31, &[1, 31, 1, 31, 1]),
        (&[65], 32, &[1, 32, 32]),
        (&[65], 33, &[33, 32]),
        (&[65], 64, &[33, 32]),
        (&[65], 65, &[65]),
        (&[65], u16::MAX, &[65]),
        (&[40], 5, &[5, 3, 5, 5, 5, 5, 5, 5, 2]),
        // What is added once is a batch, however little it is.
        (&[3, 1, 5, 2], 1, &[1; 11]),
        (&[3, 1, 5, 2], 4, &[2, 4, 2, 3]),
        (&[3, 1, 5, 2], 7, &[7, 4]),
        (&[3, 1, 5, 2], 8, &[8, 3]),
        (&[3, 1, 5, 2], 10, &[8, 3]),
        (&[3, 1, 5, 2], 11, &[11]),
        (&[1; 40], 32, &[32, 8]),
        (&[1; 40], 39, &[39, 1]),
        (&[31, 32, 33], 33, &[33, 32, 31]),
        (&[33, 40], 33, &[8, 33, 32]),
        (&[32, 32, 32], 64, &[64, 32]),
        (&[32, 1, 32], 32, &[32, 1, 32]),
        (&[32, 1, 32], 64, &[33, 32]),
    ];

    for (adds, most, want) in cases {
        let mut kept = Kept::new(adds);
        let mut end = adds.iter().sum::<usize>();

        for nr in *want {
            let taken = kept.take(*most);

            assert_eq!(taken.len(), *nr, "{adds:?}, {most}, {want:?}");
            assert!(taken.into_iter().eq((end + 1 - nr..=end).rev()));
            end -= nr;
        }
        assert_eq!(end, 0);
        assert_eq!(kept.take(*most), []);
    }
}

/// Each way to take some, and then all.
#[test]
fn what_is_left_of_a_batch_is_one() {
    for nr in BORDERS {
        for first in 0..=nr {
            for second in 0..=nr - first {
                let mut kept = Kept::new(&[nr]);
                let mut taken = kept.take(first as u16);

                taken.extend(kept.take(second as u16));
                taken.extend(kept.take(u16::MAX));
                assert!(taken.into_iter().eq((1..=nr).rev()));
            }
        }
    }
}

/// The rest may be less than a batch, and what comes as well.
#[test]
fn blocks_come_back_in_front_of_the_rest() {
    for nr in BORDERS {
        for most in [1, 5, 31, 32, 33] {
            let mut kept = Kept::new(&[nr]);
            let first = kept.take(most);

            kept.blocks.die(first.iter().copied());
            kept.add(first.iter().copied());
            assert_eq!(kept.list.nr(), nr as u16);
            // They are the other way round.
            let want = first.iter().rev().copied();
            let want: Vec<usize> = want.chain((1..=nr - first.len()).rev()).collect();
            let second = kept.take(most);
            assert!(second.len() >= first.len());
            assert_eq!(second, want[..second.len()]);
            assert_eq!(kept.take(u16::MAX), want[second.len()..]);
        }
    }
}

#[test]
fn blocks_that_were_collected_wait_while_others_are_added() {
    let mut kept = Kept::new(&[3]);
    assert_eq!(kept.take(3), [3, 2, 1]);
    kept.blocks.die(1..=3);
    let one = kept.blocks.fresh([3, 2]);
    let two = kept.blocks.fresh([1]);
    let table = kept.blocks.records.table();

    assert_eq!(kept.list.add(table, two), Some(()));
    assert_eq!(kept.list.add(table, one), Some(()));
    assert_eq!(kept.take(2), [2, 3]);
    assert_eq!(kept.take(2), [1]);
}

/// Blocks that were taken are given while more are on the list behind them, and freed before the
/// others are; nothing that they knew of a batch is left.
#[test]
fn blocks_that_were_taken_live_and_die() {
    for most in [1, 2, 31, 32, 33] {
        let mut kept = Kept::new(&[97, 5, 64, 1]);
        let mut rest = usize::from(kept.list.nr());

        while rest > 0 {
            let mut chain = kept.take(most);

            rest -= chain.len();
            for number in chain.drain(..chain.len().div_ceil(2)) {
                kept.blocks.die([number]);
            }
            for number in chain {
                assert_eq!(
                    parts(kept.blocks.record(number).block()),
                    Parts::cached(LEN)
                );
                kept.blocks.die([number]);
            }
        }
        assert_eq!(kept.take(most), []);
        kept.add(1..=167);
        assert!(kept.take(u16::MAX).into_iter().eq((1..=167).rev()));
    }
}

#[test]
fn to_free_what_nobody_has_changes_no_batch() {
    let mut kept = Kept::new(&[40, 2]);

    for number in 1..=42 {
        let start = kept.blocks.start(number);

        assert_eq!(kill(&kept.blocks.records, start), Some(Parts::cached(LEN)));
    }
    assert!(drain(&kept.blocks.records).is_empty());
    assert_eq!(kept.take(10), [42, 41, 40, 39, 38, 37, 36, 35, 34, 33]);
    assert!(kept.take(32).into_iter().eq((1..=32).rev()));
}

#[test]
fn where_there_is_no_record_nothing_is_added() {
    let mut kept = Kept::new(&[2]);
    let other = Blocks::new(&[LEN; MOST + 1]);

    for nr in [1, MOST, MOST + 1] {
        let fresh = other.fresh(1..=nr);

        assert_eq!(kept.list.add(&Room(0), fresh), None);
        assert_eq!(kept.list.nr(), 2);
        other.die(1..=nr);
    }
    assert_eq!(kept.list.add(&Room(0), Fresh::NONE), None);
    assert_eq!(kept.take(u16::MAX), [2, 1]);
}

#[test]
fn no_blocks_are_added() {
    let mut kept = Kept::new(&[2]);

    for _ in 0..2 {
        let table = kept.blocks.records.table();
        let nr = kept.list.nr();

        kept.list.add(table, Fresh::NONE);
        assert_eq!(kept.list.nr(), nr);
        assert_eq!(kept.take(u16::MAX).len(), nr.into());
    }
}

/// As many as a pack can have, with all numbers that a record can have. In whichever order they come
/// back, each is there once.
#[test]
fn all_blocks_of_the_largest_pack_come_back() {
    const NR: usize = u16::MAX as usize;
    let blocks = Blocks::new(&vec![1; NR]);
    let table = blocks.records.table();
    let mut list = List::EMPTY;
    let forth: Vec<usize> = (1..=NR).collect();
    let back: Vec<usize> = (1..=NR).rev().collect();

    for (came, taken) in [(&forth, &back), (&back, &forth)] {
        for (most, nr) in [(BATCH, 31), (BATCH + 1, 31), (1, 1), (u16::MAX, NR)] {
            assert_eq!(
                list.add(table, blocks.fresh(came.iter().copied())),
                Some(())
            );
            assert_eq!(usize::from(list.nr()), NR);
            let mut all = blocks.walk(list.take(table, most), 1);

            assert_eq!(all.len(), nr);
            while list.nr() > 0 {
                let some = blocks.walk(list.take(table, most), 1);

                assert_eq!(some.len(), MOST.min(most.into()));
                all.extend(some);
            }
            assert_eq!(all, *taken);
            blocks.die(all);
        }

        // One by one
        for number in came {
            assert_eq!(list.add(table, blocks.fresh([*number])), Some(()));
        }
        assert_eq!(blocks.walk(list.take(table, u16::MAX), 1), *taken);
        assert_eq!(list.nr(), 0);
        blocks.die(1..=NR);
    }
}
