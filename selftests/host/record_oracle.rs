// SPDX-License-Identifier: GPL-2.0

//! What tests of records share: tables to keep them in, and what a block is, told a second time.

use crate::placement::block::{Block, State};
use crate::placement::record::{Index, Record, RecordTable};
use crate::placement::records::{Records, Window};
use crate::sys::atomic::{AtomicU16, AtomicU64};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

/// A table that has only the first of its records until it grows.
pub(crate) struct Growing {
    records: Vec<Record>,
    used: Cell<usize>,
}

impl Growing {
    pub(crate) fn new(most: usize) -> Growing {
        Growing {
            records: (0..most).map(|_| Record::new()).collect(),
            used: Cell::new(0),
        }
    }

    pub(crate) fn grow(&self, nr: usize) {
        let len = self.used.get() + nr;

        assert!(len <= self.records.len(), "there are enough records");
        self.used.set(len);
    }
}

impl RecordTable for Growing {
    fn get(&self, index: Index) -> Option<&Record> {
        self.records[..self.len()].get(index.place())
    }

    fn len(&self) -> usize {
        self.used.get()
    }
}

/// A table of a few records with any numbers.
impl RecordTable for BTreeMap<usize, Record> {
    fn get(&self, index: Index) -> Option<&Record> {
        BTreeMap::get(self, &index.place())
    }

    fn len(&self) -> usize {
        BTreeMap::len(self)
    }
}

/// Room for as many records as somebody may ask for, none of which is there.
pub(crate) struct Room(pub(crate) usize);

impl RecordTable for Room {
    fn get(&self, _: Index) -> Option<&Record> {
        None
    }

    fn len(&self) -> usize {
        self.0
    }
}

pub(crate) type VecRecords<A> = Records<A, Vec<AtomicU16>, Vec<AtomicU64>>;

/// Grains of a window.
pub(crate) const WINDOW: usize = 32;

pub(crate) fn records<A: RecordTable>(table: A, grains: usize, window: usize) -> VecRecords<A> {
    let window = Window::of(window);
    let heads: Vec<_> = (0..window.nr(grains)).map(|_| AtomicU16::new(0)).collect();
    let nr = heads.len();
    let occupied = (0..window.words(grains))
        .map(|_| AtomicU64::new(0))
        .collect();
    let records = Records::new(table, heads, occupied, window);

    assert_eq!(records.windows(), nr);
    records
}

/// Bytes of a grain, told a second time.
pub(crate) const GRAIN: usize = 32;
/// Longest block that a record can hold.
pub(crate) const MOST_GRAINS: usize = (1 << 20) - 1;

/// What a block is, with each part for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Parts {
    pub(crate) grains: usize,
    pub(crate) ty: u32,
    pub(crate) slack: usize,
    /// Zero if the block is cached: it has something else there
    pub(crate) owner: u32,
    /// 0 to 2, in the order of a block's life
    pub(crate) state: u8,
}

pub(crate) const CACHED: u8 = 0;
pub(crate) const LIVE: u8 = 1;
pub(crate) const DYING: u8 = 2;

impl Parts {
    pub(crate) fn cached(grains: usize) -> Parts {
        Parts {
            grains,
            ty: 0,
            slack: 0,
            owner: 0,
            state: CACHED,
        }
    }
}

pub(crate) fn parts(block: Block) -> Parts {
    let state = match block.state() {
        State::Cached => CACHED,
        State::Live => LIVE,
        State::Dying => DYING,
    };

    assert_eq!(block.is_live(), state == LIVE);
    Parts {
        grains: block.grains(),
        ty: block.ty(),
        slack: block.grains() * GRAIN - block.size(),
        owner: if state == CACHED { 0 } else { block.owner() },
        state,
    }
}

pub(crate) fn live(grains: usize) -> Parts {
    Parts {
        grains,
        ty: 3,
        slack: 5,
        owner: 0x1234_5678,
        state: LIVE,
    }
}

pub(crate) fn dying(grains: usize) -> Parts {
    Parts {
        state: DYING,
        ..live(grains)
    }
}

pub(crate) fn make_live(record: &Record, parts: Parts) {
    record.make_live(parts.ty, parts.slack, parts.owner);
    assert_eq!(self::parts(record.block()), parts);
}

/// Frees the block that begins at `grain`, and returns what it was before.
pub(crate) fn kill<A: RecordTable>(records: &VecRecords<A>, grain: usize) -> Option<Parts> {
    records.kill(grain).map(parts)
}

/// Takes all that die: where each begins, and what it is.
pub(crate) fn drain<A: RecordTable>(records: &VecRecords<A>) -> Vec<(usize, Parts)> {
    let mut dying = records.take_dying();
    let is_empty = dying.is_empty();
    let list: Vec<_> = std::iter::from_fn(|| dying.next(records.table()))
        .map(|(index, record, grain)| {
            let found = records.find(grain).unwrap();

            assert_eq!(found.0, index);
            assert!(std::ptr::eq(found.1, record));
            (grain, parts(record.block()))
        })
        .collect();

    assert_eq!(list.is_empty(), is_empty);
    assert!(dying.is_empty() && dying.next(records.table()).is_none());
    list
}

/// Unlinks the blocks that begin in `grains`, and returns their records in the order of numbers.
pub(crate) fn remove<A: RecordTable>(records: &VecRecords<A>, grains: Range<usize>) -> Vec<usize> {
    let mut removed = Vec::new();

    records.remove(grains, |index| removed.push(index.place()));
    removed.sort();
    removed
}

/// Returns the index with that number.
pub(crate) fn index(number: usize) -> Index {
    Index::new(number as u32).expect("it is not zero")
}

/// Makes records that a table has all of.
pub(crate) fn some_records(nr: usize, grains: usize) -> VecRecords<Growing> {
    let table = Growing::new(nr);

    table.grow(nr);
    records(table, grains, WINDOW)
}
