// SPDX-License-Identifier: GPL-2.0

//! Whose text the branch predictors may still know at the addresses of a pack.
//!
//! Barriers are numbered in the order in which they begin, and one begins when the one before has
//! ended. A stain has the number of the last one that had begun when the text of its owner was last
//! there: a barrier with a greater number, once it has ended, has washed it out.
//!
//! Pure: imports `core` only, so that the host can test it.

/// Who has had text in a pack since the last barrier, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stain(pub(crate) u64);

/// An owner, by a number that no other gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OwnerId(pub(crate) u32);

impl OwnerId {
    /// Several, or one of whom nothing is known. It is the same as no owner, itself included.
    pub(crate) const SEVERAL: OwnerId = OwnerId(0);
}

impl Stain {
    /// Says that `owner` has had text, when `begun` barriers had begun.
    pub(crate) const fn new(owner: OwnerId, begun: u32) -> Stain {
        Stain((begun as u64) << u32::BITS | owner.0 as u64)
    }

    const fn owner(self) -> OwnerId {
        // CAST: The lower half.
        OwnerId(self.0 as u32)
    }

    /// Returns whether a barrier has washed it out, when the last one to end was number `done`.
    /// Numbers wrap around.
    fn is_out(self, done: u32) -> bool {
        // CAST: The upper half; then the sign says which is greater.
        let begun = self.0.wrapping_shr(u32::BITS) as u32;

        done.wrapping_sub(begun).wrapping_sub(1) < u32::MAX / 2
    }

    /// Returns the stain that is left when `owner` has had text as well, until now.
    pub(crate) fn and(self, owner: OwnerId, begun: u32, done: u32) -> Stain {
        if self.is_out(done) || self.owner() == owner {
            Stain::new(owner, begun)
        } else {
            Stain::new(OwnerId::SEVERAL, begun)
        }
    }

    /// Returns whether text of `owner` must not be run before a barrier.
    pub(crate) fn is_foreign(self, owner: OwnerId, done: u32) -> bool {
        !self.is_out(done) && (owner == OwnerId::SEVERAL || self.owner() != owner)
    }
}
