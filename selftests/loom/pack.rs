// SPDX-License-Identifier: GPL-2.0

//! A pack of a few records, with memory that whoever has a block writes.

use crate::kick::Kick;
use crate::records::{Arena, Block, Index, Record, Records, State, Supply, WINDOW};
use crate::sync::AtomicU16;
use loom::cell::UnsafeCell;

/// Grains of a block.
const LEN: usize = 8;

pub(crate) struct Few(Vec<Record>);

impl Arena for Few {
    fn get(&self, index: Index) -> Option<&Record> {
        self.0.get(index.place())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// Two windows, and some records.
pub(crate) struct Pack {
    pub(crate) records: Records<Few, Vec<AtomicU16>>,
    pub(crate) kick: Kick,
    /// What the block of each record holds; the checker sees accesses that are not in order.
    memory: Vec<UnsafeCell<u32>>,
}

/// Asserts that a block is what its owner has made it, but for its state.
pub(crate) fn assert_owned(block: Block, owner: u32) {
    let parts = (block.ty(), block.slack(), block.grains(), block.owner());

    assert_eq!(parts, (2, 4, LEN, owner));
}

impl Pack {
    pub(crate) fn new(records: usize) -> Pack {
        Pack {
            records: Records::new(
                Few((0..records).map(|_| Record::new()).collect()),
                (0..2).map(|_| AtomicU16::new(0)).collect(),
            ),
            kick: Kick::new(),
            memory: (0..records).map(|_| UnsafeCell::new(0)).collect(),
        }
    }

    /// Returns the index with a number, which only a supply can make.
    pub(crate) fn index(&self, number: usize) -> Index {
        let mut supply = Supply::new();
        let mut all = std::iter::from_fn(|| supply.take(self.records.arena()));

        all.nth(number - 1).expect("there is a record")
    }

    /// Inserts a block, as the holder of the pool's lock.
    pub(crate) fn insert(&self, number: usize, grain: usize) -> &Record {
        let record = self.records.insert(self.index(number), grain, LEN);

        record.expect("there is a record")
    }

    /// Inserts a block, writes its memory, and gives it to the owner of its number.
    pub(crate) fn insert_live(&self, number: usize, grain: usize) {
        let record = self.insert(number, grain);

        self.write(self.index(number));
        record.make_live(2, 4, number as u32);
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

    /// Writes memory that nobody else may have.
    pub(crate) fn write(&self, index: Index) {
        self.memory[index.place()].with_mut(|memory| {
            // SAFETY: The checker has seen that nobody else has the memory.
            unsafe { *memory = index.place() as u32 + 1 }
        });
    }

    /// Reads memory that whoever had the block has written.
    pub(crate) fn read(&self, index: Index) {
        self.memory[index.place()].with(|memory| {
            // SAFETY: The checker has seen that nobody writes to the memory.
            assert_eq!(unsafe { *memory }, index.place() as u32 + 1)
        });
    }

    /// Takes all that die, and returns where they begin.
    pub(crate) fn take_dying(&self) -> Vec<usize> {
        let mut dying = self.records.take_dying();
        let mut grains = Vec::new();

        while let Some((grain, block)) = dying.next(self.records.arena()) {
            assert!(grain < 2 * WINDOW);
            assert_eq!(block.state(), State::Dying);
            // Who has a block is the number of its record.
            assert_owned(block, block.owner());
            self.write(self.index(block.owner() as usize));
            grains.push(grain);
        }
        grains
    }
}
