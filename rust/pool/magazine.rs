// SPDX-License-Identifier: GPL-2.0

//! The magazine of a per-CPU cache: a few blocks of each short length.
//!
//! Most allocations take a block from there, and touch nothing that other CPUs use.

use crate::{
    placement::{active_cpus::LastActive, batches::BATCH, freelists},
    pool::slot::{Chain, Slot},
};

/// Lengths that are cached, in grains.
const LENGTHS: usize = freelists::LONGEST;

/// Blocks of one length.
struct Stack {
    chain: Chain,
    /// How many blocks the next refill has: more each time, so that a length that is rarely
    /// allocated caches none.
    ask: u16,
}

/// Blocks of all lengths.
pub(crate) struct Magazine {
    stacks: [Stack; LENGTHS],
    grains: usize,
    /// When it was last refilled.
    pub(crate) asked: LastActive,
}

impl Magazine {
    /// Makes an empty one.
    pub(crate) const fn new() -> Magazine {
        Magazine {
            stacks: [const {
                Stack {
                    chain: Chain::EMPTY,
                    ask: 1,
                }
            }; LENGTHS],
            grains: 0,
            asked: LastActive::NEVER,
        }
    }

    #[inline]
    fn stack(&mut self, grains: usize) -> Option<&mut Stack> {
        self.stacks.get_mut(grains.wrapping_sub(1))
    }

    /// Takes a block of `grains` grains.
    #[inline]
    pub(crate) fn pop(&mut self, grains: usize) -> Option<Slot> {
        let slot = self.stack(grains)?.chain.pop()?;

        self.grains = self.grains.wrapping_sub(grains);
        Some(slot)
    }

    /// Returns how many blocks of `grains` grains to ask for, of which the caller takes one, if
    /// `limit` grains in all may be cached. One if some are cached already.
    pub(crate) fn ask(&mut self, grains: usize, limit: usize) -> u16 {
        let room = limit.saturating_sub(self.grains);
        let Some(stack) = self.stack(grains) else {
            return 1;
        };
        if stack.chain.nr() > 0 {
            return 1;
        }
        let ask = stack.ask;

        stack.ask = ask.wrapping_mul(2).min(BATCH);
        // CAST: It is not more than `ask`.
        let fits = room.checked_div(grains).unwrap_or(0).min(ask.into()) as u16;
        fits.max(1)
    }

    /// Caches blocks of `grains` grains, of which there are none, or hands them back.
    pub(crate) fn fill(&mut self, grains: usize, chain: Chain) -> Chain {
        let all = grains.wrapping_mul(chain.nr().into());

        match self.stack(grains) {
            Some(stack) if stack.chain.nr() == 0 => {
                stack.chain = chain;
                self.grains = self.grains.wrapping_add(all);
                Chain::EMPTY
            }
            _ => chain,
        }
    }

    /// Takes all blocks, and passes each with its length in grains to `taken`.
    pub(crate) fn drain(&mut self, mut taken: impl FnMut(usize, Slot)) {
        let mut grains = 0_usize;

        for stack in &mut self.stacks {
            grains = grains.wrapping_add(1);
            stack.ask = 1;
            while let Some(slot) = stack.chain.pop() {
                taken(grains, slot);
            }
        }
        self.grains = 0;
    }
}
