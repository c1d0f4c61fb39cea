// SPDX-License-Identifier: GPL-2.0

//! A pack of a few records, with memory that whoever has a block writes.

use crate::allocator::wakeup::Wakeup;
use crate::placement::block::{Block, State};
use crate::placement::record::{Index, Record, RecordTable};
use crate::placement::records::{Records, Window};
use crate::sys::atomic::{AtomicU16, AtomicU64};
use loom::cell::UnsafeCell;

/// Grains of a block, and bytes that were asked for.
pub(crate) const LEN: usize = 8;
const SIZE: usize = 8 * 32 - 4;

/// Grains of a window.
pub(crate) const WINDOW: usize = 32;

pub(crate) struct Few(Vec<Record>);

impl RecordTable for Few {
    fn get(&self, index: Index) -> Option<&Record> {
        self.0.get(index.place())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// Two windows, and some records.
pub(crate) struct Pack {
    pub(crate) records: Records<Few, Vec<AtomicU16>, Vec<AtomicU64>>,
    pub(crate) wakeup: Wakeup,
    /// What the block of each record holds; the checker sees accesses that are not in order.
    memory: Vec<UnsafeCell<u32>>,
}

/// Asserts that a block is what its owner has made it, but for its state.
pub(crate) fn assert_owned(block: Block, owner: u32) {
    let parts = (block.ty(), block.size(), block.grains(), block.owner());

    assert_eq!(parts, (2, SIZE, LEN, owner));
}

impl Pack {
    pub(crate) fn new(records: usize) -> Pack {
        Pack {
            records: Records::new(
                Few((0..records).map(|_| Record::new()).collect()),
                (0..2).map(|_| AtomicU16::new(0)).collect(),
                vec![AtomicU64::new(0)],
                Window::of(WINDOW),
            ),
            wakeup: Wakeup::new(),
            memory: (0..records).map(|_| UnsafeCell::new(0)).collect(),
        }
    }

    /// Returns the index with a number.
    pub(crate) fn index(&self, number: usize) -> Index {
        Index::new(number as u32).expect("it is not zero")
    }

    /// Returns the record with a number.
    pub(crate) fn record(&self, index: Index) -> &Record {
        let record = self.records.table().get(index);

        record.expect("there is a record")
    }

    /// Inserts a block, as the holder of the pool's lock.
    pub(crate) fn insert(&self, number: usize, grain: usize) -> &Record {
        let record = self.records.insert(self.index(number), grain, LEN);

        record.expect("there is a record")
    }

    /// Inserts a block, writes its memory, and gives it to the owner of its number.
    pub(crate) fn insert_live(&self, number: usize, grain: usize) {
        self.insert(number, grain);
        self.give(self.index(number), number as u32);
    }

    /// Writes the memory of a cached block, which nobody else has, and gives the block to `owner`.
    pub(crate) fn give(&self, index: Index, owner: u32) {
        self.write(index, owner);
        self.record(index).make_live(2, 4, owner);
    }

    /// Unlinks the block that begins at `grain`, as the holder of the pool's lock.
    pub(crate) fn remove(&self, grain: usize) -> Index {
        let mut removed = Vec::new();

        self.records
            .remove(grain..grain + LEN, |index| removed.push(index));
        assert_eq!(removed.len(), 1);
        removed[0]
    }

    /// Frees the block of the owner `owner`, which is live.
    pub(crate) fn kill(&self, grain: usize, owner: u32) {
        let block = self.records.kill(grain).expect("the block is there");

        assert!(block.is_live());
        assert_owned(block, owner);
    }

    /// Writes memory that nobody else may have, as `owner`.
    pub(crate) fn write(&self, index: Index, owner: u32) {
        self.memory[index.place()].with_mut(|memory| {
            // SAFETY: The checker has seen that nobody else has the memory.
            unsafe { *memory = owner }
        });
    }

    /// Reads memory that `owner` has written.
    pub(crate) fn read(&self, index: Index, owner: u32) {
        self.memory[index.place()].with(|memory| {
            // SAFETY: The checker has seen that nobody writes to the memory.
            assert_eq!(unsafe { *memory }, owner)
        });
    }

    /// Takes all that die, and does with the number and the first grain of each what `take` does.
    pub(crate) fn take_each_dying(&self, mut take: impl FnMut(Index, usize)) {
        let mut dying = self.records.take_dying();

        while let Some((index, record, grain)) = dying.next(self.records.table()) {
            let block = record.block();

            assert!(grain < 2 * WINDOW);
            assert_eq!(block.state(), State::Dying);
            assert_owned(block, block.owner());
            self.write(index, 0);
            take(index, grain);
        }
    }

    /// Takes all that die, and returns where they begin.
    pub(crate) fn take_dying(&self) -> Vec<usize> {
        let mut grains = Vec::new();

        self.take_each_dying(|_, grain| grains.push(grain));
        grains
    }
}
