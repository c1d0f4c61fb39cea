// SPDX-License-Identifier: GPL-2.0

//! What is known of a block.
//!
//! Pure: imports nothing, so that the host can test it.

/// Whether somebody has a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is carved out, and nobody has it.
    Cached = 0,
    /// Somebody has it.
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
    const SLACK: u32 = 5;
    const GRAINS: u32 = 10;
    const OWNER: u32 = 31;

    /// Most bytes that a record can say nobody asked for.
    pub(crate) const MAX_SLACK: usize = (1 << (Block::GRAINS - Block::SLACK)) - 1;

    /// Largest length that a record can hold, in grains.
    pub(crate) const MAX_GRAINS: usize = (1 << (Block::OWNER - Block::GRAINS)) - 1;

    /// A cached block of that many grains.
    #[inline]
    pub(crate) const fn cached(grains: usize) -> Block {
        // CAST: A pack has no more grains than that.
        Block((grains as u64) << Block::GRAINS)
    }

    /// The same block in somebody's hands: `owner`, as a number, has asked for it, with a type below
    /// 8, and `slack` bytes at its end are more than was asked for.
    #[inline]
    pub(crate) const fn live(self, ty: u32, slack: usize, owner: u32) -> Block {
        Block(
            self.0
                | State::Live as u64
                | (ty as u64) << Block::TYPE
                | (slack as u64) << Block::SLACK
                | (owner as u64) << Block::OWNER,
        )
    }

    /// The same block after it has been freed.
    #[inline]
    pub(crate) const fn dying(self) -> Block {
        Block(self.0 & !Block::STATE | State::Dying as u64)
    }

    /// Returns whether somebody has it.
    #[inline]
    pub(crate) const fn state(self) -> State {
        match self.0 & Block::STATE {
            0 => State::Cached,
            1 => State::Live,
            _ => State::Dying,
        }
    }

    /// Returns whether somebody has it.
    #[inline]
    pub(crate) const fn is_live(self) -> bool {
        self.0 & Block::STATE == State::Live as u64
    }

    /// Returns the number of its type, below 8.
    #[inline]
    pub(crate) const fn ty(self) -> u32 {
        (self.0 >> Block::TYPE & 7) as u32
    }

    /// Returns how many bytes at its end nobody asked for, less than a grain.
    #[inline]
    pub(crate) const fn slack(self) -> usize {
        (self.0 >> Block::SLACK) as usize & Block::MAX_SLACK
    }

    /// Returns its length in grains.
    #[inline]
    pub(crate) const fn grains(self) -> usize {
        (self.0 >> Block::GRAINS) as usize & Block::MAX_GRAINS
    }

    /// Returns whoever asked for it, as a number.
    #[inline]
    pub(crate) const fn owner(self) -> u32 {
        (self.0 >> Block::OWNER) as u32
    }
}
