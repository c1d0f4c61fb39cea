// SPDX-License-Identifier: GPL-2.0

//! Sets of lengths, and single steps of the lists of blocks that are kept.

use crate::placement::freelists::{FreeLists, Lengths, LONGEST};
use crate::record_oracle::Room;
use crate::rng::Rng;
use crate::test_batches::Blocks;
use std::collections::BTreeSet;

/// The longest length of a block that is kept, told a second time.
const LAST: usize = 128;
/// Lengths of which nothing is kept.
const OTHERS: [usize; 6] = [0, LAST + 1, 256, 1 << 32, (1 << 32) + 1, usize::MAX];

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
    for grains in [LAST + 2, 257].into_iter().chain(OTHERS) {
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

/// Blocks of any lengths, and the lists of those that are kept.
struct Kept {
    blocks: Blocks,
    lists: FreeLists,
}

impl Kept {
    /// Makes blocks, all of which have died.
    fn new(lengths: &[usize]) -> Kept {
        Kept {
            blocks: Blocks::new(lengths),
            lists: FreeLists::new(),
        }
    }

    /// Makes them and keeps them one by one, in order.
    fn all(lengths: &[usize]) -> Kept {
        let mut kept = Kept::new(lengths);

        for number in 1..=lengths.len() {
            kept.add([number]);
        }
        kept
    }

    /// Keeps blocks of one length, which have died.
    fn add(&mut self, numbers: impl IntoIterator<Item = usize>) {
        let numbers: Vec<usize> = numbers.into_iter().collect();
        let grains = self.blocks.grains(numbers[0]);
        let fresh = self.blocks.fresh(numbers);

        self.lists.add(self.blocks.records.table(), grains, fresh);
    }

    /// Takes blocks, and returns the numbers of their records.
    fn take(&mut self, grains: usize, most: u16) -> Vec<usize> {
        let chain = self.lists.take(self.blocks.records.table(), grains, most);
        let numbers = self.blocks.walk(chain, grains);

        assert!(numbers.len() <= most.into());
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
    let mut kept = Kept::new(&[1]);

    kept.check(&[]);
    for grains in (1..=LAST).chain(OTHERS) {
        assert_eq!(kept.take(grains, 1), []);
    }
    kept.check(&[]);
}

#[test]
fn each_length_has_a_list() {
    let lengths: Vec<usize> = (1..=LAST).collect();
    let mut kept = Kept::new(&lengths);
    let mut want = Vec::new();

    for grains in 1..=LAST {
        kept.add([grains]);
        want.push((grains, 1));
        kept.check(&want);
    }
    for grains in 1..=LAST {
        assert_eq!(kept.take(grains, u16::MAX), [grains]);
        assert_eq!(kept.take(grains, u16::MAX), []);
        want.remove(0);
        kept.check(&want);
    }
}

#[test]
fn who_was_kept_last_is_taken_first() {
    let mut kept = Kept::all(&[2, 2, 5, 2]);

    kept.check(&[(2, 3), (5, 1)]);
    assert_eq!(kept.take(2, 1), [4]);
    assert_eq!(kept.take(2, 1), [2]);
    kept.check(&[(2, 1), (5, 1)]);
    kept.blocks.die([2, 4]);
    kept.add([2]);
    assert_eq!(kept.take(2, 1), [2]);
    assert_eq!(kept.take(2, 1), [1]);
    assert_eq!(kept.take(2, 1), []);
    kept.check(&[(5, 1)]);
    kept.blocks.die([1]);
    for number in [4, 1] {
        kept.add([number]);
    }
    assert_eq!(kept.take(2, 3), [1, 4]);
    assert_eq!(kept.take(5, 3), [3]);
    kept.check(&[]);
}

/// If each is a batch for itself. However many are there, the rest stays, and all come in the end.
#[test]
fn as_many_are_taken_as_were_asked_for() {
    for grains in [1, 7, LAST] {
        for nr in 1..=9_usize {
            for most in 1..=10_u16 {
                let mut kept = Kept::all(&vec![grains; nr]);
                let mut left: Vec<usize> = (1..=nr).rev().collect();

                while !left.is_empty() {
                    let some: Vec<usize> = left.drain(..left.len().min(most.into())).collect();

                    assert_eq!(kept.take(grains, most), some);
                    kept.check(&[(grains, left.len() as u32)]);
                }
                assert_eq!(kept.take(grains, most), []);
            }
        }
    }
}

/// More than one at once, of two lengths, each of which has whole batches and a rest.
#[test]
fn what_is_added_and_taken_is_counted() {
    let lengths = [[3; 70], [LAST; 70]].concat();
    let mut kept = Kept::new(&lengths);

    kept.add(1..=40);
    kept.check(&[(3, 40)]);
    kept.add(71..=140);
    kept.check(&[(3, 40), (LAST, 70)]);
    kept.add(41..=70);
    kept.check(&[(3, 70), (LAST, 70)]);
    assert_eq!(kept.take(3, 32), (41..=70).rev().collect::<Vec<_>>());
    kept.check(&[(3, 40), (LAST, 70)]);
    assert_eq!(kept.take(LAST, 5), [140, 139, 138, 137, 136]);
    kept.check(&[(3, 40), (LAST, 65)]);
    assert_eq!(kept.take(LAST, u16::MAX).len(), 65);
    kept.check(&[(3, 40)]);
    assert_eq!(kept.take(3, 39).len(), 8);
    assert_eq!(kept.take(3, 31).len(), 31);
    kept.check(&[(3, 1)]);
    assert_eq!(kept.take(3, 1), [1]);
    kept.check(&[]);
}

#[test]
fn to_take_none_changes_nothing() {
    let mut kept = Kept::all(&[3, 3]);

    assert_eq!(kept.take(3, 0), []);
    kept.check(&[(3, 2)]);
    assert_eq!(kept.take(3, u16::MAX), [2, 1]);
}

#[test]
fn other_lengths_are_not_taken() {
    let mut kept = Kept::all(&[1, 3, LAST]);

    for grains in [2, LAST - 1].into_iter().chain(OTHERS) {
        assert_eq!(kept.take(grains, u16::MAX), []);
        kept.check(&[(1, 1), (3, 1), (LAST, 1)]);
    }
}

#[test]
fn blocks_that_are_too_long_are_not_kept() {
    let mut kept = Kept::all(&[1, LAST]);
    let other = Blocks::new(&[1, 1]);

    for grains in OTHERS {
        let fresh = other.fresh([1, 2]);

        kept.lists.add(other.records.table(), grains, fresh);
        kept.check(&[(1, 1), (LAST, 1)]);
        other.die([1, 2]);
    }
}

#[test]
fn a_record_that_is_not_there_is_not_kept() {
    let mut kept = Kept::all(&[1]);
    let other = Blocks::new(&[1, 2]);

    for number in [1, 2] {
        let fresh = other.fresh([number]);

        kept.lists.add(&Room(0), number, fresh);
        kept.check(&[(1, 1)]);
    }
    assert_eq!(kept.take(1, 2), [1]);
}

/// Blocks that were taken are given while more are on the list behind them, and freed before the
/// others are.
#[test]
fn blocks_that_were_taken_live_and_die() {
    let mut kept = Kept::all(&[4; 6]);

    assert_eq!(kept.take(4, 3), [6, 5, 4]);
    kept.blocks.die([6, 5]);
    kept.check(&[(4, 3)]);
    kept.add([5]);
    assert_eq!(kept.take(4, 2), [5, 3]);
    kept.add([6]);
    kept.blocks.die([4]);
    assert_eq!(kept.take(4, u16::MAX), [6, 2, 1]);
    kept.check(&[]);
}

/// As many as a pack can have, which the count of a chain can hold.
#[test]
fn all_grains_of_the_largest_pack_are_kept() {
    let nr = u16::MAX as usize;
    let mut kept = Kept::all(&vec![1; nr]);

    kept.check(&[(1, nr as u32)]);
    assert_eq!(kept.take(1, u16::MAX - 1).len(), nr - 1);
    kept.check(&[(1, 1)]);
    kept.blocks.die(2..=nr);
    kept.add(2..=nr);
    kept.check(&[(1, nr as u32)]);
    assert_eq!(kept.take(1, u16::MAX).len(), nr);
    kept.check(&[]);
}
