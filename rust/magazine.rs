// SPDX-License-Identifier: GPL-2.0

//! Blocks that a CPU has at hand.
//!
//! Each CPU has a few blocks of each small size, so that most allocations take one from there, and
//! nothing that other CPUs use.

use crate::pack::Slot;

/// Lengths that are cached, in grains.
const LENGTHS: usize = 32;

/// Blocks of each length. With more, the few allocations that fetch them would be slower still, in
/// comparison with the others.
const DEPTH: usize = 6;

/// Blocks of one length.
struct Stack {
    nr: u32,
    /// How many blocks to ask for the next time: more each time, so that a length that is rarely
    /// asked for keeps nothing back.
    ask: u32,
    slots: [Option<Slot>; DEPTH],
}

/// Blocks of all lengths.
pub(crate) struct Magazine {
    stacks: [Stack; LENGTHS],
    grains: usize,
    /// When blocks were last asked for.
    epoch: u32,
}

impl Magazine {
    /// Makes an empty one.
    pub(crate) const fn new() -> Magazine {
        Magazine {
            stacks: [const {
                Stack {
                    nr: 0,
                    ask: 1,
                    slots: [const { None }; DEPTH],
                }
            }; LENGTHS],
            grains: 0,
            epoch: 0,
        }
    }

    /// Returns whether this is the first time in `epoch`, which is not zero, that blocks are asked for.
    pub(crate) fn is_new_in(&mut self, epoch: u32) -> bool {
        core::mem::replace(&mut self.epoch, epoch) != epoch
    }

    fn stack(&mut self, grains: usize) -> Option<&mut Stack> {
        self.stacks.get_mut(grains.wrapping_sub(1))
    }

    /// Takes a block of `grains` grains.
    #[inline]
    pub(crate) fn pop(&mut self, grains: usize) -> Option<Slot> {
        let stack = self.stack(grains)?;
        let last = stack.nr.checked_sub(1)?;
        let slot = stack.slots.get_mut(last as usize)?.take();

        stack.nr = last;
        self.grains = self.grains.wrapping_sub(grains);
        slot
    }

    /// Returns how many blocks of `grains` grains to ask for, of which the caller takes one, if
    /// `limit` grains in all may be cached.
    pub(crate) fn ask(&mut self, grains: usize, limit: usize) -> usize {
        let room = limit.saturating_sub(self.grains);
        let Some(stack) = self.stack(grains) else {
            return 1;
        };
        let ask = stack.ask as usize;

        stack.ask = stack.ask.wrapping_mul(2).min(DEPTH as u32);
        ask.min(room.checked_div(grains).unwrap_or(0)).max(1)
    }

    /// Caches a block of `grains` grains, or hands it back.
    pub(crate) fn push(&mut self, grains: usize, slot: Slot) -> Option<Slot> {
        let Some(stack) = self.stack(grains) else {
            return Some(slot);
        };
        let Some(place) = stack.slots.get_mut(stack.nr as usize) else {
            return Some(slot);
        };

        *place = Some(slot);
        stack.nr = stack.nr.wrapping_add(1);
        self.grains = self.grains.wrapping_add(grains);
        None
    }

    /// Takes all blocks, and passes each with its length in grains to `taken`.
    pub(crate) fn drain(&mut self, mut taken: impl FnMut(usize, Slot)) {
        let mut grains = 0_usize;

        for stack in &mut self.stacks {
            if self.grains == 0 {
                break;
            }
            grains = grains.wrapping_add(1);
            if stack.nr == 0 {
                continue;
            }
            for slot in &mut stack.slots {
                if let Some(slot) = slot.take() {
                    self.grains = self.grains.wrapping_sub(grains);
                    taken(grains, slot);
                }
            }
            stack.nr = 0;
            stack.ask = 1;
        }
    }
}

/// Most blocks that [`Magazine::ask`] asks for.
pub(crate) const MOST: usize = DEPTH;
