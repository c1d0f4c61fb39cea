// SPDX-License-Identifier: GPL-2.0

//! What is known of each block of a pack: its length, its type, its owner, whether it lives.
//!
//! Records are out of line, sixteen bytes for each block, and found by the block's first grain:
//! windows of grains have lists of the blocks that begin in them. Whoever carves blocks and takes
//! them back holds the pool's lock; frees and lookups hold nothing, in any context. They rely on
//! this:
//!
//! - A record is complete before it is linked, and reused only after a grace period of RCU since it
//!   was unlinked.
//! - The state of a block is in one word, and changes from live to dying once in each of its lives.
//!   Who changes it pushes the record onto the list of the dying; only the worker takes that list, as
//!   a whole.
//!
//! Pure but for the atomics, which a model checker replaces. Arithmetic wraps and slices are read by
//! `get()`, so that nothing can panic.

use core::{
    num::NonZeroU32,
    ops::{Deref, Range},
};

use crate::{
    placement::block::Block,
    sys::atomic::{Acquire, AtomicU16, AtomicU32, AtomicU64, Relaxed, Release, SeqCst},
};

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

/// Bits of the number of a record, and of a grain.
const INDEX_BITS: u32 = 16;
const INDEX_MASK: u32 = (1 << INDEX_BITS) - 1;

/// Largest number of records of a pack.
pub(crate) const MAX_RECORDS: usize = INDEX_MASK as usize;

/// Largest number of grains of a pack.
pub(crate) const MAX_GRAINS: usize = 1 << INDEX_BITS;

const _: () = assert!(Block::cached(MAX_GRAINS).grains() == MAX_GRAINS);

/// Number of a record in its pack, not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Index(NonZeroU32);

impl Index {
    #[inline]
    pub(crate) fn new(number: u32) -> Option<Index> {
        NonZeroU32::new(number).map(Index)
    }

    /// Returns the number.
    #[inline]
    pub(crate) fn to_u16(self) -> u16 {
        // CAST: A pack has no more records than that.
        self.0.get() as u16
    }

    /// Returns the place in an array that begins with the first record.
    #[inline]
    pub(crate) fn place(self) -> usize {
        self.0.get().wrapping_sub(1) as usize
    }

    fn number(index: Option<Index>) -> u32 {
        index.map_or(0, |index| index.0.get())
    }
}

/// The record of a block.
pub(crate) struct Record {
    /// A [`Block`].
    word: AtomicU64,
    /// The number of the next record of the window.
    chain: AtomicU16,
    /// The number of the next record of the list that the record is on, and above that the first
    /// grain of the block. Lists are those of the dying, of the retired and of the spare, of blocks
    /// that are kept, and of those that a CPU has at hand.
    list: AtomicU32,
}

impl Record {
    /// Makes a record that belongs to no block: all its words are zero.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the kernel has memory that is zero")
    )]
    pub(crate) fn new() -> Record {
        Record {
            word: AtomicU64::new(0),
            chain: AtomicU16::new(0),
            list: AtomicU32::new(0),
        }
    }

    /// Returns the first grain of the block.
    #[inline]
    fn grain(&self) -> usize {
        self.list().1
    }

    /// Returns the next record of the list.
    #[inline]
    pub(crate) fn next(&self) -> Option<Index> {
        self.list().0
    }

    /// Returns the next record of the list, and the first grain of the block.
    #[inline]
    pub(crate) fn list(&self) -> (Option<Index>, usize) {
        let list = self.list.load(Relaxed);

        (Index::new(list & INDEX_MASK), (list >> INDEX_BITS) as usize)
    }

    /// Links the record of a block that begins at `grain` in front of `next`. Nobody else links it.
    #[inline]
    fn set_list(&self, grain: usize, next: u32) {
        // CAST: A pack has no more grains than that.
        self.list
            .store((grain as u32) << INDEX_BITS | next, Relaxed);
    }

    /// Returns what is known of the block.
    #[inline]
    pub(crate) fn block(&self) -> Block {
        Block(self.word.load(Acquire))
    }

    /// Gives a cached block to somebody. Nobody else changes the record of a cached block.
    #[inline]
    pub(crate) fn make_live(&self, ty: u32, slack: usize, owner: u32) {
        let cached = Block(self.word.load(Relaxed));

        self.word.store(cached.live(ty, slack, owner).0, Release);
    }

    /// Links the record of a cached block, which nobody else links, in front of `next`.
    #[inline]
    pub(crate) fn link(&self, next: Option<Index>) {
        self.set_list(self.grain(), Index::number(next));
    }

    /// Makes `block`, which begins at `grain`, and which nobody has any more, a cached one, and links it
    /// in front of `next`. Nobody else links it.
    #[inline]
    pub(crate) fn renew(&self, block: Block, grain: usize, next: Option<Index>) {
        self.set_list(grain, Index::number(next));
        // Nothing follows from it for anybody until somebody makes the block live.
        self.word.store(block.renewed().0, Relaxed);
    }

    /// Makes a cached block, which nobody else has, the first of a batch of `nr` which the record with
    /// the number `behind` follows.
    #[inline]
    pub(crate) fn begin_batch(&self, nr: u16, behind: u16) {
        let block = Block(self.word.load(Relaxed));

        self.word.store(block.first_of(nr, behind).0, Relaxed);
    }

    /// Returns how many blocks the batch has of which a cached block is the first, and the number of the
    /// record behind it.
    #[inline]
    pub(crate) fn batch(&self) -> (u16, u16) {
        Block(self.word.load(Relaxed)).batch()
    }

    /// Makes a live block a dying one. Returns what it was before; if that is not live, nothing has
    /// changed.
    #[inline]
    fn kill(&self) -> Block {
        let mut block = self.block();

        while block.is_live() {
            let word = &self.word;

            // Acquire, for what the word says may be of an earlier life, and it may be the same again:
            // the list of the later one comes before what is stored there now.
            match word.compare_exchange(block.0, block.dying().0, Acquire, Acquire) {
                Ok(_) => break,
                Err(now) => block = Block(now),
            }
        }
        block
    }
}

/// Where the records of a pack are kept.
pub(crate) trait RecordTable {
    /// Returns the record with that index, if there is one.
    fn get(&self, index: Index) -> Option<&Record>;

    /// Returns how many there are, for the holder of the pool's lock.
    fn len(&self) -> usize;
}

/// The records of a pack, and its lists of them.
pub(crate) struct Records<A, H> {
    table: A,
    heads: H,
    window: Window,
    dying: AtomicU32,
}

impl<A: RecordTable, H: Deref<Target = [AtomicU16]>> Records<A, H> {
    /// Makes lists without records; `heads` has a zero for each window.
    pub(crate) fn new(table: A, heads: H, window: Window) -> Records<A, H> {
        Records {
            table,
            heads,
            window,
            dying: AtomicU32::new(0),
        }
    }

    /// Returns how many windows there are.
    pub(crate) fn windows(&self) -> usize {
        self.heads.len()
    }

    /// Returns where the records are kept.
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

    /// Iterates over all blocks.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = Block> + '_ {
        (0..self.heads.len())
            .flat_map(|window| self.window(window))
            .map(|(_, record)| record.block())
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
            window = window.checked_sub(1)?;
        }
    }

    /// Links a record for a cached block of `grains` grains that begins at `grain`.
    ///
    /// The caller holds the pool's lock, and nobody else has the record. Returns [`None`] if there is
    /// no such record, or no such grain.
    pub(crate) fn insert(&self, index: Index, grain: usize, grains: usize) -> Option<&Record> {
        let record = self.table.get(index)?;
        let head = self.heads.get(self.window.at(grain))?;

        record.word.store(Block::cached(grains).0, Relaxed);
        record.chain.store(head.load(Relaxed), Relaxed);
        record.set_list(grain, 0);
        head.store(index.to_u16(), Release);
        Some(record)
    }

    /// Unlinks the records of all blocks that begin in `grains`, and calls `removed` with each.
    ///
    /// The caller holds the pool's lock, and does not reuse a record before a grace period.
    pub(crate) fn remove(&self, grains: Range<usize>, mut removed: impl FnMut(Index)) {
        let windows = self.window.at(grains.start)..self.window.nr(grains.end);

        for head in self.heads.get(windows).unwrap_or(&[]) {
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
            // Who pushes looks next whether somebody has to be told: see `Wakeup`.
            match self
                .dying
                .compare_exchange(head, index.0.get(), SeqCst, Relaxed)
            {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    /// Takes all blocks off the list of the dying.
    pub(crate) fn take_dying(&self) -> Dying {
        // Who pushed before the flag of `Wakeup` was taken back is seen.
        if self.dying.load(SeqCst) == 0 {
            return Dying(None);
        }
        Dying(Index::new(self.dying.swap(0, Acquire)))
    }
}

/// Blocks that were taken off the list of the dying.
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
