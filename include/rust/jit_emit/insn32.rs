// SPDX-License-Identifier: GPL-2.0

//! What arm64 and 32-bit arm have in common, where each instruction has 32 bits and the kernel's
//! mitigations leave branches alone.
//!
//! C header: [`include/linux/jit_emit/insn32.h`](../../linux/jit_emit/insn32.h)

use kernel::prelude::*;

use super::{
    super::Emit,
    AHEAD,
    BITS,
    CALL,
    JUMP, //
};

fn distance(from: usize, to: usize) -> usize {
    to.wrapping_sub(from.wrapping_add(AHEAD))
}

/// Whether there is a direct branch from one to the other.
pub(in super::super) fn in_reach(from: usize, to: usize) -> bool {
    // CAST: The distance is a number with a sign.
    let distance = distance(from, to) as isize;
    let limit = 1_isize << (BITS + 1);

    distance & 3 == 0 && (-limit..limit).contains(&distance)
}

impl Emit<'_> {
    /// Writes an instruction of one's own.
    pub(crate) fn insn(&mut self, insn: u32) {
        if self.here() & 3 != 0 {
            self.fail(EINVAL);
        }
        self.put(&insn.to_le_bytes());
    }

    fn direct(&mut self, insn: u32, to: usize) {
        // CAST: Of the distance, only `BITS` bits are taken.
        let distance = (distance(self.here(), to) >> 2) as u32;

        self.insn(insn | distance & ((1 << BITS) - 1));
    }

    fn is_near(&self, to: usize) -> bool {
        self.addr.is_some() && in_reach(self.here(), to)
    }

    /// Calls a function by the shortest way; through `SCRATCH` if it is out of reach, which it is
    /// taken for as long as the address of the code is not known.
    pub(crate) fn call(&mut self, function: usize) {
        if self.is_near(function) {
            self.direct(CALL, function);
        } else {
            self.call_far(function);
        }
    }

    /// Goes on elsewhere and does not come back, as [`Emit::call`].
    pub(crate) fn jump(&mut self, to: usize) {
        if self.is_near(to) {
            self.direct(JUMP, to);
        } else {
            self.jump_far(to);
        }
    }

    /// Returns what code jumps to instead of a return: nothing.
    pub(crate) fn return_thunk(&self) -> Option<usize> {
        None
    }
}
