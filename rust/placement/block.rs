// SPDX-License-Identifier: GPL-2.0

//! What is known of a block, in one word.
//!
//! Pure: imports `policy.rs` only, so that the host can test it.

use crate::placement::policy::GRAIN;

/// Life cycle of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It has a record, and is on a freelist or in a per-CPU cache.
    Cached = 0,
    /// It is allocated.
    Live = 1,
    /// It has been freed, and waits for its grace period.
    Dying = 2,
}

/// What is known of a block, packed into a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block(pub(crate) u64);

impl Block {
    const STATE: u64 = 3;
    const TYPE: u32 = 2;
    const SIZE: u32 = 5;
    const OWNER: u32 = 31;
    /// Where a cached block has the data of its batch: it has no owner.
    const BEHIND: u32 = Block::OWNER;
    const BATCH: u32 = Block::BEHIND + u16::BITS;
    /// Set if a block that is not cached may have a name.
    const NAMED: u64 = 1 << 63;
    /// Set if the block is in its owner's account: no size has this bit.
    const COUNTED: u64 = 1 << (Block::OWNER - 1);

    /// Most bytes that a record can hold.
    const MAX_SIZE: usize = (1 << (Block::OWNER - 1 - Block::SIZE)) - 1;

    /// A cached block of that many grains.
    #[inline]
    pub(crate) const fn cached(grains: usize) -> Block {
        // CAST: A pack has no more grains than that.
        Block((grains.wrapping_mul(GRAIN) as u64) << Block::SIZE)
    }

    /// The same block as a cached one.
    #[inline]
    pub(crate) const fn renewed(self) -> Block {
        Block::cached(self.grains())
    }

    /// The same cached block as the first of a batch of `nr`, which the record with the number
    /// `behind` follows.
    #[inline]
    pub(crate) const fn first_of(self, nr: u16, behind: u16) -> Block {
        Block(self.renewed().0 | (behind as u64) << Block::BEHIND | (nr as u64) << Block::BATCH)
    }

    /// Returns how many blocks the batch has of which this cached block is the first, and the
    /// number of the record behind it.
    #[inline]
    pub(crate) const fn batch(self) -> (u16, u16) {
        // CAST: Other bits are cut off.
        (
            (self.0 >> Block::BATCH) as u16,
            (self.0 >> Block::BEHIND) as u16,
        )
    }

    /// The same cached block when it is allocated: by `owner`, as a number, with a type
    /// below 8, and `slack` bytes at its end, less than a grain, are more than was asked for.
    #[inline]
    pub(crate) const fn live(self, ty: u32, slack: usize, owner: u32) -> Block {
        let size = self.size().wrapping_sub(slack) as u64;

        Block(
            State::Live as u64
                | (ty as u64) << Block::TYPE
                | size << Block::SIZE
                | (owner as u64) << Block::OWNER,
        )
    }

    /// The same block after it has been freed.
    #[inline]
    pub(crate) const fn dying(self) -> Block {
        Block(self.0 & !Block::STATE | State::Dying as u64)
    }

    /// Returns its state.
    #[inline]
    pub(crate) const fn state(self) -> State {
        match self.0 & Block::STATE {
            0 => State::Cached,
            1 => State::Live,
            _ => State::Dying,
        }
    }

    /// Returns whether it is allocated.
    #[inline]
    pub(crate) const fn is_live(self) -> bool {
        self.0 & Block::STATE == State::Live as u64
    }

    /// Returns the number of its type, below 8.
    #[inline]
    pub(crate) const fn ty(self) -> u32 {
        (self.0 >> Block::TYPE & 7) as u32
    }

    /// Returns how many bytes were asked for, or if it is cached, how many it has.
    #[inline]
    pub(crate) const fn size(self) -> usize {
        (self.0 >> Block::SIZE) as usize & Block::MAX_SIZE
    }

    /// Returns its length in grains.
    #[inline]
    pub(crate) const fn grains(self) -> usize {
        self.size().wrapping_add(GRAIN - 1) / GRAIN
    }

    /// The same block with another owner.
    pub(crate) const fn owned_by(self, owner: u32) -> Block {
        let others = Block::NAMED | ((1 << Block::OWNER) - 1);

        Block(self.0 & others | (owner as u64) << Block::OWNER)
    }

    /// The same live block, in its owner's account.
    #[inline]
    pub(crate) const fn counted(self) -> Block {
        Block(self.0 | Block::COUNTED)
    }

    /// Returns whether it is in its owner's account, or was before it was freed.
    #[inline]
    pub(crate) const fn is_counted(self) -> bool {
        self.0 & Block::COUNTED != 0
    }

    /// The same live block when it is about to get a name.
    pub(crate) const fn named(self) -> Block {
        Block(self.0 | Block::NAMED)
    }

    /// Returns whether it may have a name, if it is not cached.
    #[inline]
    pub(crate) const fn is_named(self) -> bool {
        self.0 & Block::NAMED != 0
    }

    /// Returns its owner, as a number, if it is not cached.
    #[inline]
    pub(crate) const fn owner(self) -> u32 {
        (self.0 >> Block::OWNER) as u32
    }
}
