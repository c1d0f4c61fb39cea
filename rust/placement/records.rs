// SPDX-License-Identifier: GPL-2.0

//! The records of a pack, found by address: lockless lookups and frees.
//!
//! Records are out of line, sixteen bytes for each block, and found by the block's first grain:
//! windows of grains have lists of the blocks that begin in them. Records are linked and unlinked
//! under the pool's lock; frees and lookups are lockless, in any context. They rely on this:
//!
//! - A record is complete before it is linked, and reused only after a grace period of RCU since it
//!   was unlinked.
//! - The state of a block is in one word, and changes from live to dying once in each of its lives.
//!   The free that changes it pushes the record onto the list of dying blocks; only the worker
//!   takes that list, as a whole.
//!
//! Pure but for the atomics, which a model checker replaces. Arithmetic wraps and slices are read
//! by `get()`, so that nothing can panic.

use core::ops::{Deref, Range};

use crate::{
    placement::{
        birth::Birth,
        block::Block,
        record::{Index, Record, RecordTable},
    },
    sys::atomic::{Acquire, AtomicU16, AtomicU32, AtomicU64, Relaxed, Release, SeqCst},
};

/// Bits of a word.
const WORD: usize = u64::BITS as usize;

/// How large windows are.
#[derive(Clone, Copy)]
pub(crate) struct Window(u32);

impl Window {
    /// Returns the largest size that is a power of two and not more than `grains`.
    pub(crate) const fn of(grains: usize) -> Window {
        Window(match grains.checked_ilog2() {
            Some(log) => log,
            None => 0,
        })
    }

    /// Returns which window a grain is in.
    #[inline]
    const fn at(self, grain: usize) -> usize {
        grain.wrapping_shr(self.0)
    }

    /// Returns how many words have a bit for each window of that many grains.
    pub(crate) const fn words(self, grains: usize) -> usize {
        self.nr(grains).div_ceil(WORD)
    }

    /// Returns how many windows cover that many grains.
    pub(crate) const fn nr(self, grains: usize) -> usize {
        let last = grains.wrapping_sub(1);

        if grains == 0 {
            0
        } else {
            self.at(last).wrapping_add(1)
        }
    }
}

/// The records of a pack, and its lists of them.
///
/// # Invariants
///
/// The list of each window has the records of the blocks that begin in it; `occupied` has a bit for
/// each window, which is set if its list is not empty. Both change under the pool's lock. So a
/// caller that has the address of a live block sees the bit of its window: it was set before the
/// block was handed out.
pub(crate) struct Records<A, H, O> {
    table: A,
    heads: H,
    occupied: O,
    window: Window,
    dying: AtomicU32,
}

impl<A, H, O> Records<A, H, O>
where
    A: RecordTable,
    H: Deref<Target = [AtomicU16]>,
    O: Deref<Target = [AtomicU64]>,
{
    /// Makes lists without records; `heads` has a zero for each window, and `occupied` as many
    /// words of zeroes as [`Window::words`] says.
    pub(crate) fn new(table: A, heads: H, occupied: O, window: Window) -> Records<A, H, O> {
        // INVARIANT: All lists are empty.
        Records {
            table,
            heads,
            occupied,
            window,
            dying: AtomicU32::new(0),
        }
    }

    /// Returns how many windows there are.
    pub(crate) fn windows(&self) -> usize {
        self.heads.len()
    }

    /// Returns the table of records.
    pub(crate) fn table(&self) -> &A {
        &self.table
    }

    /// Iterates over the records of the blocks that begin in a window.
    #[inline]
    fn window(&self, window: usize) -> impl Iterator<Item = (Index, &Record)> {
        let head = self.heads.get(window);
        let mut next = head.map_or(0, |head| head.load(Acquire));

        core::iter::from_fn(move || {
            let index = Index::new(next.into())?;
            let record = self.table.get(index)?;

            next = record.chain.load(Acquire);
            Some((index, record))
        })
    }

    /// Iterates over the records of all blocks.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Record> {
        (0..self.heads.len())
            .flat_map(|window| self.window(window))
            .map(|(_, record)| record)
    }

    /// Forgets when the blocks were allocated that there are now, live or not.
    pub(crate) fn forget_births(&self) {
        for record in self.all() {
            record.set_birth(Birth::UNKNOWN);
        }
    }

    /// Returns the record of the block that begins at `grain`.
    #[inline]
    pub(crate) fn find(&self, grain: usize) -> Option<(Index, &Record)> {
        let mut next = self.heads.get(self.window.at(grain))?.load(Acquire);

        loop {
            let index = Index::new(next.into())?;
            let record = self.table.get(index)?;

            if record.grain() == grain {
                return Some((index, record));
            }
            next = record.chain.load(Acquire);
        }
    }

    /// Returns the record of the last block that begins at `grain` or before, and where it begins.
    ///
    /// A long block covers many windows in which nothing begins; they are skipped a word of bits at
    /// a time.
    pub(crate) fn find_before(&self, grain: usize) -> Option<(usize, &Record)> {
        let mut window = self.window.at(grain).min(self.heads.len());

        loop {
            let best = self
                .window(window)
                .map(|(_, record)| (record.grain(), record))
                .filter(|(start, _)| *start <= grain)
                .max_by_key(|(start, _)| *start);
            if best.is_some() {
                return best;
            }
            window = self.occupied_before(window)?;
        }
    }

    /// Returns the record of the first block that begins at `grain` or behind it, and where that
    /// is. To go on behind each block visits all in the order of their addresses, with nothing held
    /// in between; those that come and go meanwhile may be among them or not.
    pub(crate) fn find_from(&self, grain: usize) -> Option<(usize, &Record)> {
        let mut window = self.window.at(grain);

        while window < self.heads.len() {
            let best = self
                .window(window)
                .map(|(_, record)| (record.grain(), record))
                .filter(|(start, _)| *start >= grain)
                .min_by_key(|(start, _)| *start);
            if best.is_some() {
                return best;
            }
            window = self.occupied_from(window.wrapping_add(1), self.heads.len());
        }
        None
    }

    fn occupied(&self, word: usize) -> u64 {
        self.occupied.get(word).map_or(0, |word| word.load(Relaxed))
    }

    /// Returns the last window before `window` in which a block begins.
    fn occupied_before(&self, window: usize) -> Option<usize> {
        let mut word = window / WORD;
        // CAST: It is less than the bits of a word.
        let below = 1_u64.wrapping_shl((window % WORD) as u32).wrapping_sub(1);
        let mut bits = self.occupied(word) & below;

        while bits == 0 {
            word = word.checked_sub(1)?;
            bits = self.occupied(word);
        }
        Some(word.wrapping_mul(WORD).wrapping_add(bits.ilog2() as usize))
    }

    /// Returns the first window from `window` on in which a block begins, or one at `end` or behind
    /// it.
    fn occupied_from(&self, window: usize, end: usize) -> usize {
        let mut word = window / WORD;
        // CAST: It is less than the bits of a word.
        let mut bits = self.occupied(word) & u64::MAX.wrapping_shl((window % WORD) as u32);

        while bits == 0 {
            word = word.wrapping_add(1);
            if word.wrapping_mul(WORD) >= end {
                return end;
            }
            bits = self.occupied(word);
        }
        word.wrapping_mul(WORD)
            .wrapping_add(bits.trailing_zeros() as usize)
    }

    /// Says whether a block begins in a window. To the holder of the pool's lock.
    fn set_occupied(&self, window: usize, is_occupied: bool) {
        if let Some(word) = self.occupied.get(window / WORD) {
            // CAST: It is less than the bits of a word.
            let bit = 1_u64.wrapping_shl((window % WORD) as u32);
            let bits = word.load(Relaxed);

            word.store(if is_occupied { bits | bit } else { bits & !bit }, Relaxed);
        }
    }

    /// Links a record for a cached block of `grains` grains that begins at `grain`.
    ///
    /// The caller holds the pool's lock, and nobody else has the record. Returns [`None`] if there
    /// is no such record, or no such grain.
    pub(crate) fn insert(&self, index: Index, grain: usize, grains: usize) -> Option<&Record> {
        let record = self.table.get(index)?;
        let window = self.window.at(grain);
        let head = self.heads.get(window)?;
        let next = head.load(Relaxed);

        record.word.store(Block::cached(grains).0, Relaxed);
        record.chain.store(next, Relaxed);
        record.set_list(grain, 0);
        // That of another block, perhaps.
        record.set_birth(Birth::UNKNOWN);
        head.store(index.to_u16(), Release);
        if next == 0 {
            self.set_occupied(window, true);
        }
        Some(record)
    }

    /// Unlinks the records of all blocks that begin in `grains`, and calls `removed` with each.
    ///
    /// The caller holds the pool's lock, and does not reuse a record before a grace period.
    pub(crate) fn remove(&self, grains: Range<usize>, mut removed: impl FnMut(Index)) {
        let end = self.window.nr(grains.end);
        let mut window = self.occupied_from(self.window.at(grains.start), end);

        while window < end {
            let Some(head) = self.heads.get(window) else {
                return;
            };
            let mut place = head;

            while let Some(index) = Index::new(place.load(Relaxed).into()) {
                let Some(record) = self.table.get(index) else {
                    break;
                };

                if grains.contains(&record.grain()) {
                    place.store(record.chain.load(Relaxed), Release);
                    removed(index);
                } else {
                    place = &record.chain;
                }
            }
            if head.load(Relaxed) == 0 {
                self.set_occupied(window, false);
            }
            window = self.occupied_from(window.wrapping_add(1), end);
        }
    }

    /// Frees the block that begins at `grain`, if there is a live one.
    ///
    /// Lock-free, in any context. Returns what the block was before: if it was not live, nothing
    /// has changed.
    #[inline]
    pub(crate) fn kill(&self, grain: usize) -> Option<Block> {
        let (index, record) = self.find(grain)?;
        let block = record.kill();

        if block.is_live() {
            self.push_dying(index, record, grain);
        }
        Some(block)
    }

    #[inline]
    fn push_dying(&self, index: Index, record: &Record, grain: usize) {
        let mut head = self.dying.load(Relaxed);

        loop {
            record.set_list(grain, head);
            // The caller looks next whether the worker has to be woken: see `Wakeup`.
            match self
                .dying
                .compare_exchange(head, index.to_u16().into(), SeqCst, Relaxed)
            {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    /// Takes all blocks off the list of dying blocks.
    pub(crate) fn take_dying(&self) -> Dying {
        // A push before the flag of `Wakeup` was cleared is seen.
        if self.dying.load(SeqCst) == 0 {
            return Dying(None);
        }
        Dying(Index::new(self.dying.swap(0, Acquire)))
    }
}

/// Blocks that were taken off the list of dying blocks.
#[derive(Clone)]
pub(crate) struct Dying(Option<Index>);

impl Dying {
    /// Returns none.
    pub(crate) const fn none() -> Dying {
        Dying(None)
    }

    /// Returns whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Takes the first that is left: its record, and where it begins.
    #[inline]
    pub(crate) fn next<'a, A: RecordTable>(
        &mut self,
        table: &'a A,
    ) -> Option<(Index, &'a Record, usize)> {
        let index = self.0?;
        let record = table.get(index)?;
        let (next, grain) = record.list();

        self.0 = next;
        Some((index, record, grain))
    }

    /// Puts back what [`Dying::next`] has returned.
    pub(crate) fn push(&mut self, index: Index, record: &Record) {
        record.link(self.0);
        self.0 = Some(index);
    }
}
