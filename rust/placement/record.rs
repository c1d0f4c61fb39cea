// SPDX-License-Identifier: GPL-2.0

//! The record of one block: what is known of it, and the lists that it is on.
//!
//! Pure but for the atomics, which a model checker replaces.

use core::num::NonZeroU32;

use crate::{
    placement::{birth::Birth, block::Block},
    sys::atomic::{Acquire, AtomicU16, AtomicU32, AtomicU64, Relaxed, Release},
};

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
    pub(super) word: AtomicU64,
    /// The number of the next record of the window.
    pub(super) chain: AtomicU16,
    /// A [`Birth`], while somebody watches.
    birth: AtomicU16,
    /// The number of the next record of the list that the record is on, and above that the first
    /// grain of the block. A record is on one list at a time: of dying blocks, of retired or spare
    /// records, a freelist, or one of a per-CPU cache.
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
            birth: AtomicU16::new(Birth::UNKNOWN.0),
            list: AtomicU32::new(0),
        }
    }

    /// Returns the first grain of the block.
    #[inline]
    pub(super) fn grain(&self) -> usize {
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

    /// Links the record of a block that begins at `grain` in front of `next`. It is on no
    /// other list.
    #[inline]
    pub(super) fn set_list(&self, grain: usize, next: u32) {
        // CAST: A pack has no more grains than that.
        self.list
            .store((grain as u32) << INDEX_BITS | next, Relaxed);
    }

    /// Returns what is known of the block.
    #[inline]
    pub(crate) fn block(&self) -> Block {
        Block(self.word.load(Acquire))
    }

    /// Makes a cached block, which the caller has taken off its list, a live one.
    #[inline]
    pub(crate) fn make_live(&self, ty: u32, slack: usize, owner: u32) {
        let cached = Block(self.word.load(Relaxed));

        self.word.store(cached.live(ty, slack, owner).0, Release);
    }

    /// The same for one that is in its owner's account.
    pub(crate) fn make_counted(&self, ty: u32, slack: usize, owner: u32) {
        let cached = Block(self.word.load(Relaxed));
        let live = cached.live(ty, slack, owner);

        self.word.store(live.counted().0, Release);
    }

    /// Links the record of a cached block, which is on no list, in front of `next`.
    #[inline]
    pub(crate) fn link(&self, next: Option<Index>) {
        self.set_list(self.grain(), Index::number(next));
    }

    /// Makes `block`, which begins at `grain` and was reclaimed, a cached one, and links it in
    /// front of `next`. It is on no other list.
    #[inline]
    pub(crate) fn renew(&self, block: Block, grain: usize, next: Option<Index>) {
        self.set_list(grain, Index::number(next));
        // No reader acts on it until the block is live again.
        self.word.store(block.renewed().0, Relaxed);
    }

    /// Makes a cached block, which the caller owns, the first of a batch of `nr` which the record
    /// with the number `behind` follows.
    #[inline]
    pub(crate) fn begin_batch(&self, nr: u16, behind: u16) {
        let block = Block(self.word.load(Relaxed));

        self.word.store(block.first_of(nr, behind).0, Relaxed);
    }

    /// Returns how many blocks the batch has of which a cached block is the first, and the number
    /// of the record behind it.
    #[inline]
    pub(crate) fn batch(&self) -> (u16, u16) {
        Block(self.word.load(Relaxed)).batch()
    }

    /// Gives the block another owner, unless it has been freed: then that does not matter any more.
    pub(crate) fn set_owner(&self, owner: u32) {
        let mut block = self.block();

        while block.is_live() {
            match self.exchange(block, block.owned_by(owner)) {
                Ok(()) => return,
                Err(now) => block = now,
            }
        }
    }

    /// Marks a live block as one that is in its owner's account. Returns whether that has changed
    /// anything.
    pub(crate) fn count(&self) -> bool {
        let mut block = self.block();

        while block.is_live() && !block.is_counted() {
            match self.exchange(block, block.counted()) {
                Ok(()) => return true,
                Err(now) => block = now,
            }
        }
        false
    }

    fn exchange(&self, old: Block, new: Block) -> Result<(), Block> {
        self.word
            .compare_exchange(old.0, new.0, Release, Acquire)
            .map(|_| ())
            .map_err(Block)
    }

    /// Marks a live block as one that may have a name. Returns what it was before; if that is not
    /// live, nothing has changed.
    pub(crate) fn set_named(&self) -> Block {
        let mut block = self.block();

        while block.is_live() {
            let word = &self.word;

            match word.compare_exchange(block.0, block.named().0, Release, Acquire) {
                Ok(_) => break,
                Err(now) => block = Block(now),
            }
        }
        block
    }

    /// Returns when the block was allocated.
    pub(crate) fn birth(&self) -> Birth {
        Birth(self.birth.load(Relaxed))
    }

    /// Says when the block was allocated.
    pub(crate) fn set_birth(&self, birth: Birth) {
        self.birth.store(birth.0, Relaxed);
    }

    /// Makes a live block a dying one. Returns what it was before; if that is not live, nothing has
    /// changed. On no list of dying blocks, it is the caller's to reclaim.
    #[inline]
    pub(crate) fn kill(&self) -> Block {
        let mut block = self.block();

        while block.is_live() {
            let word = &self.word;

            // Acquire, for what the word says may be of an earlier life, and it may be the same
            // again: the list of the later one comes before what is stored there now.
            match word.compare_exchange(block.0, block.dying().0, Acquire, Acquire) {
                Ok(_) => break,
                Err(now) => block = Block(now),
            }
        }
        block
    }
}

/// Records by index.
pub(crate) trait RecordTable {
    /// Returns the record with that index, if there is one.
    fn get(&self, index: Index) -> Option<&Record>;

    /// Returns how many there are, for the holder of the pool's lock.
    fn len(&self) -> usize;
}
