// SPDX-License-Identifier: GPL-2.0

//! Records of a pack that belong to no block, and the grace period before they are used again.
//! Under the pool's lock.
//!
//! Pure but for the atomics of records. Arithmetic wraps, so that nothing can panic.

use crate::placement::record::{Index, RecordTable, MAX_RECORDS};

/// A list of records, and how many there are.
struct List {
    first: Option<Index>,
    nr: usize,
}

impl List {
    const EMPTY: List = List { first: None, nr: 0 };

    fn push<A: RecordTable>(&mut self, table: &A, index: Index) {
        if let Some(record) = table.get(index) {
            // A lockless reader may still come to it through the list of its window, and must not
            // take it for the record of another block: so its grain stays.
            record.link(self.first);
            self.first = Some(index);
            self.nr = self.nr.wrapping_add(1);
        }
    }

    fn pop<A: RecordTable>(&mut self, table: &A) -> Option<Index> {
        let index = self.first?;

        self.first = table.get(index)?.next();
        self.nr = self.nr.wrapping_sub(1);
        Some(index)
    }
}

/// Records that belong to no block.
///
/// # Invariants
///
/// - Records above `used` have never been handed out.
/// - No reader sees the records of `spare`: an RCU grace period has passed since they were
///   unlinked. Those of `waiting` were unlinked before the grace period that is in progress, those
///   of `retired` after it began.
pub(crate) struct FreeRecords {
    used: usize,
    spare: List,
    waiting: List,
    retired: List,
}

impl FreeRecords {
    /// Makes records none of which has been handed out.
    pub(crate) const fn new() -> FreeRecords {
        FreeRecords {
            used: 0,
            spare: List::EMPTY,
            waiting: List::EMPTY,
            retired: List::EMPTY,
        }
    }

    /// Returns how many records can be taken before the table has to grow.
    pub(crate) fn available<A: RecordTable>(&self, table: &A) -> usize {
        let most = table.len().min(MAX_RECORDS);

        most.saturating_sub(self.used).wrapping_add(self.spare.nr)
    }

    /// Returns how many records are those of blocks.
    pub(crate) fn in_use(&self) -> usize {
        let lists = [&self.spare, &self.waiting, &self.retired];

        lists
            .iter()
            .fold(self.used, |used, list| used.wrapping_sub(list.nr))
    }

    /// Takes a record, or returns [`None`] if the table has to grow first.
    pub(crate) fn take<A: RecordTable>(&mut self, table: &A) -> Option<Index> {
        if let Some(index) = self.spare.pop(table) {
            return Some(index);
        }
        let number = self.used.wrapping_add(1);
        if self.available(table) == 0 {
            return None;
        }

        self.used = number;
        // CAST: There are no more records than that.
        Index::new(number as u32)
    }

    /// Takes back a record that was just unlinked.
    pub(crate) fn retire<A: RecordTable>(&mut self, table: &A, index: Index) {
        self.retired.push(table, index);
    }

    /// To be called before an RCU grace period begins; there is one at a time. Returns whether any
    /// record waits for it.
    pub(crate) fn begin_grace(&mut self) -> bool {
        // There are some already if no grace period followed the last call.
        if self.waiting.first.is_none() {
            self.waiting = core::mem::replace(&mut self.retired, List::EMPTY);
        }
        self.waiting.first.is_some()
    }

    /// To be called after that grace period: records that were retired before can be reused.
    pub(crate) fn end_grace<A: RecordTable>(&mut self, table: &A) {
        let (mut from, mut to) = (
            core::mem::replace(&mut self.waiting, List::EMPTY),
            core::mem::replace(&mut self.spare, List::EMPTY),
        );

        if from.nr > to.nr {
            core::mem::swap(&mut from, &mut to);
        }
        while let Some(index) = from.pop(table) {
            to.push(table, index);
        }
        self.spare = to;
    }
}
