// SPDX-License-Identifier: GPL-2.0

//! Blocks of all lengths that come back, in single steps.

use crate::placement::batches::List;
use crate::placement::reclaimed::Reclaimed;
use crate::record_oracle::{dying, index, parts, Parts};
use crate::test_batches::Blocks;

/// The longest length of a block that is kept, told a second time.
const LAST: usize = 128;

/// Adds blocks in order. Returns those that are too long.
fn push(
    blocks: &Blocks,
    sorted: &mut Reclaimed,
    numbers: impl IntoIterator<Item = usize>,
) -> Vec<usize> {
    let mut long = Vec::new();

    for number in numbers {
        let record = blocks.record(number);
        let before = record.list();
        let grains = blocks.grains(number);

        assert_eq!(parts(record.block()), dying(grains));
        if sorted.push(index(number), record, record.block(), blocks.start(number)) {
            assert_eq!(parts(record.block()), Parts::cached(grains));
        } else {
            // It stays what it is, for it is on another list next.
            assert_eq!(parts(record.block()), dying(grains));
            assert_eq!(record.list(), before);
            long.push(number);
        }
    }
    long
}

/// Returns the numbers of the blocks of each length, the last one first.
fn each(blocks: &Blocks, sorted: &Reclaimed) -> Vec<(usize, Vec<usize>)> {
    let take = |(grains, fresh)| {
        let table = blocks.records.table();
        let mut list = List::EMPTY;

        assert_eq!(list.add(table, fresh), Some(()));
        let numbers = blocks.walk(list.take(table, u16::MAX), grains);

        assert_eq!(numbers.len(), fresh.nr().into());
        assert_eq!(list.nr(), 0);
        (grains, numbers)
    };

    sorted.each().map(take).collect()
}

#[test]
fn at_first_there_is_no_length() {
    assert_eq!(Reclaimed::new().each().count(), 0);
}

#[test]
fn each_length_is_for_itself() {
    for grains in 1..=LAST {
        let blocks = Blocks::new(&[grains; 2]);
        let mut sorted = Reclaimed::new();

        assert_eq!(push(&blocks, &mut sorted, [2, 1]), []);
        assert_eq!(each(&blocks, &sorted), [(grains, vec![1, 2])]);
    }
}

#[test]
fn blocks_are_sorted_by_length() {
    let all: Vec<usize> = (1..=LAST).collect();
    // In one order, and in the other one.
    let lengths = [all.clone(), all.iter().rev().copied().collect()].concat();
    let blocks = Blocks::new(&lengths);
    let mut sorted = Reclaimed::new();
    let want = |grains: &usize| (*grains, vec![2 * LAST + 1 - grains, *grains]);

    assert_eq!(push(&blocks, &mut sorted, 1..=2 * LAST), []);
    assert!(each(&blocks, &sorted).into_iter().eq(all.iter().map(want)));
}

#[test]
fn lengths_without_a_block_are_left_out() {
    let blocks = Blocks::new(&[5, LAST, 1, 5]);
    let mut sorted = Reclaimed::new();

    assert_eq!(push(&blocks, &mut sorted, 1..=4), []);
    let want = [(1, vec![3]), (5, vec![4, 1]), (LAST, vec![2])];
    assert_eq!(each(&blocks, &sorted), want);
}

#[test]
fn a_block_that_is_too_long_stays_what_it_is() {
    let blocks = Blocks::new(&[LAST + 1, LAST, 256, 257, 1, 1 << 16]);
    let mut sorted = Reclaimed::new();

    assert_eq!(push(&blocks, &mut sorted, 1..=6), [1, 3, 4, 6]);
    assert_eq!(each(&blocks, &sorted), [(1, vec![5]), (LAST, vec![2])]);
}

/// Many of two lengths by turns, each of which has whole batches and a rest.
#[test]
fn many_of_two_lengths() {
    let lengths: Vec<usize> = (0..900).map(|place| [7, LAST][place % 2]).collect();
    let blocks = Blocks::new(&lengths);
    let mut sorted = Reclaimed::new();

    assert_eq!(push(&blocks, &mut sorted, 1..=900), []);
    let numbers = |grains| {
        let all = (1..=900).rev();

        all.filter(|nr| blocks.grains(*nr) == grains).collect()
    };
    let want = [(7, numbers(7)), (LAST, numbers(LAST))];
    assert_eq!(each(&blocks, &sorted), want);
}
