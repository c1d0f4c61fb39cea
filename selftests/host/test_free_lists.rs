// SPDX-License-Identifier: GPL-2.0

//! Sets of lengths, and single steps of the lists of blocks that are kept.

use crate::free_lists::{FreeLists, Lengths, LONGEST};
use crate::records::{Arena, Index};
use crate::rng::Rng;
use crate::test_records::{drain, dying, index, kill, live, make_live, parts, some_records};
use crate::test_records::{Growing, Parts, VecRecords};
use std::collections::BTreeSet;

/// The longest length of a block that is kept, told a second time.
const LAST: usize = 32;
/// Lengths at the borders, the last two of which are too long.
const BORDERS: [usize; 7] = [1, 2, 3, LAST - 1, LAST, LAST + 1, 100];

/// Makes a set one by one.
fn set(lengths: impl IntoIterator<Item = usize>) -> Lengths {
    lengths
        .into_iter()
        .fold(Lengths::NONE, |set, grains| set.or(Lengths::of(grains)))
}

#[test]
fn the_set_of_a_length_has_that_length_only() {
    assert_eq!(LONGEST, LAST);
    for grains in 1..=LAST {
        let set = Lengths::of(grains);

        assert_eq!(set.greatest(), Some(grains));
        assert_eq!(set.or(Lengths::NONE), set);
        assert!(!set.meets(Lengths::NONE));
        for other in 1..=LAST {
            assert_eq!(set.meets(Lengths::of(other)), grains == other);
            assert_eq!(set == Lengths::of(other), grains == other);
        }
    }
}

#[test]
fn no_set_has_a_length_that_is_not_kept() {
    for grains in [
        0,
        LAST + 1,
        LAST + 2,
        64,
        65,
        1 << 32,
        (1 << 32) + 1,
        usize::MAX,
    ] {
        assert_eq!(Lengths::of(grains), Lengths::NONE, "{grains}");
    }
    assert_eq!(Lengths::NONE.greatest(), None);
    assert!(!Lengths::NONE.meets(set(1..=LAST)));
    assert_eq!(set(0..=1000), set(1..=LAST));
    assert_eq!(set(0..=1000).greatest(), Some(LAST));
}

#[test]
fn sets_do_what_those_of_a_tree_do() {
    let mut rng = Rng::new(1);

    for _ in 0..100_000 {
        let [a, b]: [BTreeSet<usize>; 2] = [(); 2].map(|()| {
            let odds = 1 + rng.below(LAST);

            (1..=LAST).filter(|_| rng.one_in(odds)).collect()
        });
        let [x, y] = [&a, &b].map(|tree| set(tree.iter().copied()));

        assert_eq!(x.greatest(), a.last().copied());
        assert_eq!(x.meets(y), !a.is_disjoint(&b));
        assert_eq!(x.or(y), set(&a | &b));
        assert_eq!(x.and(y), set(&a & &b));
        assert_eq!(x.without(y), set(&a - &b));
        assert_eq!(x == y, a == b);
    }
}

/// A pack with blocks of any lengths.
struct Blocks {
    records: VecRecords<Growing>,
    lists: FreeLists,
    starts: Vec<usize>,
}

impl Blocks {
    /// Makes blocks one behind the other, all of which have died.
    fn new(lengths: &[usize]) -> Blocks {
        let starts: Vec<usize> = lengths
            .iter()
            .scan(0, |end, grains| {
                let start = *end;

                *end += grains;
                Some(start)
            })
            .collect();
        let records = some_records(lengths.len(), lengths.iter().sum());

        for (place, (start, grains)) in starts.iter().zip(lengths).enumerate() {
            let record = records.insert(index(place + 1), *start, *grains).unwrap();

            make_live(record, live(*grains));
            assert_eq!(kill(&records, *start), Some(live(*grains)));
        }
        assert_eq!(drain(&records).len(), lengths.len());
        Blocks {
            records,
            lists: FreeLists::new(),
            starts,
        }
    }

    /// Makes them and keeps them, in order.
    fn kept(lengths: &[usize]) -> Blocks {
        let mut blocks = Blocks::new(lengths);

        for number in 1..=lengths.len() {
            blocks.push(number);
        }
        blocks
    }

    fn push(&mut self, number: usize) {
        self.lists.push(self.records.arena(), index(number));
    }

    /// Takes blocks, and returns the numbers of their records.
    fn take(&mut self, grains: usize, most: u16) -> Vec<usize> {
        let Some((first, nr)) = self.lists.take(self.records.arena(), grains, most) else {
            return Vec::new();
        };
        let mut next = Some(first);
        let mut numbers = Vec::new();

        assert!(nr <= most);
        for _ in 0..nr {
            let index = next.expect("there are as many as were counted");
            let record = self.records.arena().get(index).unwrap();
            let (behind, start) = record.list();

            assert_eq!(start, self.starts[index.place()]);
            assert_eq!(parts(record.block()), Parts::cached(grains));
            numbers.push(index.place() + 1);
            next = behind;
        }
        numbers
    }

    /// Asserts how many blocks there are of some lengths, and that there are no others.
    fn check(&self, kept: &[(usize, u32)]) {
        let kept: Vec<_> = kept.iter().filter(|(_, nr)| *nr > 0).collect();
        let lengths = set(kept.iter().map(|(grains, _)| *grains));
        let grains: usize = kept.iter().map(|(grains, nr)| grains * *nr as usize).sum();
        let each: Vec<_> = self.lists.each().collect();

        assert_eq!(self.lists.lengths(), lengths);
        assert_eq!(self.lists.grains(), grains);
        assert!(each.iter().map(|(grains, _)| *grains).eq(1..=LAST));
        assert!(each.iter().filter(|(_, nr)| *nr > 0).eq(kept));
    }
}

#[test]
fn at_first_nothing_is_kept() {
    let mut blocks = Blocks::new(&[1]);

    blocks.check(&[]);
    for grains in (0..=LAST + 1).chain([usize::MAX]) {
        assert_eq!(blocks.lists.take(blocks.records.arena(), grains, 1), None);
    }
    blocks.check(&[]);
}

#[test]
fn each_length_has_a_list() {
    let lengths: Vec<usize> = (1..=LAST).collect();
    let mut blocks = Blocks::new(&lengths);
    let mut kept = Vec::new();

    for grains in 1..=LAST {
        blocks.push(grains);
        kept.push((grains, 1));
        blocks.check(&kept);
    }
    for grains in 1..=LAST {
        assert_eq!(blocks.take(grains, u16::MAX), [grains]);
        assert_eq!(blocks.take(grains, u16::MAX), []);
        kept.remove(0);
        blocks.check(&kept);
    }
}

#[test]
fn who_was_kept_last_is_taken_first() {
    let mut blocks = Blocks::kept(&[2, 2, 5, 2]);

    blocks.check(&[(2, 3), (5, 1)]);
    assert_eq!(blocks.take(2, 1), [4]);
    assert_eq!(blocks.take(2, 1), [2]);
    blocks.check(&[(2, 1), (5, 1)]);
    blocks.push(2);
    assert_eq!(blocks.take(2, 1), [2]);
    assert_eq!(blocks.take(2, 1), [1]);
    assert_eq!(blocks.take(2, 1), []);
    blocks.check(&[(5, 1)]);
    for number in [4, 1] {
        blocks.push(number);
    }
    assert_eq!(blocks.take(2, 3), [1, 4]);
    assert_eq!(blocks.take(5, 3), [3]);
    blocks.check(&[]);
}

/// However many are asked for and are there, the rest stays, and all come in the end.
#[test]
fn as_many_are_taken_as_were_asked_for() {
    for grains in [1, 7, LAST] {
        for nr in 1..=9_usize {
            for most in 1..=10_u16 {
                let mut blocks = Blocks::kept(&vec![grains; nr]);
                let mut left: Vec<usize> = (1..=nr).rev().collect();

                while !left.is_empty() {
                    let some: Vec<usize> = left.drain(..left.len().min(most.into())).collect();

                    assert_eq!(blocks.take(grains, most), some);
                    blocks.check(&[(grains, left.len() as u32)]);
                }
                assert_eq!(blocks.take(grains, most), []);
            }
        }
    }
}

#[test]
fn to_take_none_changes_nothing() {
    let mut blocks = Blocks::kept(&[3, 3]);

    assert_eq!(blocks.take(3, 0), []);
    blocks.check(&[(3, 2)]);
    assert_eq!(blocks.take(3, u16::MAX), [2, 1]);
}

#[test]
fn other_lengths_are_not_taken() {
    let mut blocks = Blocks::kept(&[1, 3, LAST]);

    for grains in [0, 2, LAST - 1, LAST + 1, 1 << 32, usize::MAX] {
        assert_eq!(blocks.take(grains, u16::MAX), []);
        blocks.check(&[(1, 1), (3, 1), (LAST, 1)]);
    }
}

#[test]
fn a_block_that_is_too_long_is_not_kept() {
    let mut blocks = Blocks::new(&BORDERS);
    let list = |blocks: &Blocks, number| {
        let record = blocks.records.arena().get(index(number)).unwrap();

        (record.list(), parts(record.block()))
    };

    for (place, grains) in BORDERS.into_iter().enumerate() {
        let before = list(&blocks, place + 1);
        let kept: Vec<_> = BORDERS[..place].iter().map(|grains| (*grains, 1)).collect();
        let stays = grains > LAST;

        blocks.check(&kept[..place.min(5)]);
        blocks.push(place + 1);
        assert_eq!(before.1, dying(grains));
        assert_eq!(list(&blocks, place + 1) == before, stays, "{grains}");
    }
    blocks.check(&[(1, 1), (2, 1), (3, 1), (LAST - 1, 1), (LAST, 1)]);
}

#[test]
fn a_record_that_is_not_there_is_not_kept() {
    let mut blocks = Blocks::kept(&[1]);

    blocks.push(2);
    blocks.check(&[(1, 1)]);
    assert_eq!(blocks.take(1, 2), [1]);
}

/// Blocks that were taken are given while more are on the list behind them, and freed before the
/// others are.
#[test]
fn blocks_that_were_taken_live_and_die() {
    let mut blocks = Blocks::kept(&[4; 6]);
    let arena = blocks.records.arena();
    let (first, nr) = blocks.lists.take(arena, 4, 3).unwrap();
    let mut next: Option<Index> = Some(first);

    assert_eq!(nr, 3);
    for number in [6, 5, 4] {
        let record = arena.get(next.unwrap()).unwrap();

        assert_eq!(next, Some(index(number)));
        next = record.next();
        make_live(record, live(4));
        assert_eq!(
            kill(&blocks.records, blocks.starts[number - 1]),
            Some(live(4))
        );
    }
    blocks.check(&[(4, 3)]);
    let starts = [4, 5, 6].map(|number| (blocks.starts[number - 1], dying(4)));
    assert_eq!(drain(&blocks.records), starts);
    blocks.push(5);
    assert_eq!(blocks.take(4, u16::MAX), [5, 3, 2, 1]);
}

/// As many as a pack can have, which the count of a chain can hold.
#[test]
fn all_grains_of_the_largest_pack_are_kept() {
    let nr = u16::MAX as usize;
    let mut blocks = Blocks::kept(&vec![1; nr]);

    blocks.check(&[(1, nr as u32)]);
    assert_eq!(blocks.take(1, u16::MAX - 1).len(), nr - 1);
    blocks.check(&[(1, 1)]);
    for number in 2..=nr {
        blocks.push(number);
    }
    assert_eq!(blocks.take(1, u16::MAX).len(), nr);
    blocks.check(&[]);
}
