// SPDX-License-Identifier: GPL-2.0

//! 32-bit arm, in A32 from version 7 on. There are no landing pads, and no thunks.
//!
//! The lowest bit of an address says that there is Thumb code. No direct branch goes there, and
//! those by register do.
//!
//! C header: [`include/linux/jit_emit/arm.h`](../../linux/jit_emit/arm.h)

use kernel::prelude::*;

use super::Emit;

#[path = "insn32.rs"]
mod insn32;

pub(super) use insn32::in_reach;

/// ip, which is free between instructions, and when functions are called.
pub(crate) const SCRATCH: u32 = 12;

/// `bl` and `b`.
const CALL: u32 = 0xeb00_0000;
const JUMP: u32 = 0xea00_0000;
/// How many bits they have for the distance, which is from the one after the next on.
const BITS: u32 = 24;
const AHEAD: usize = 8;

impl Emit<'_> {
    /// Begins a function that is called through a pointer: there is nothing to be written.
    pub(crate) fn entry(&mut self) {}

    /// Returns: `bx lr`.
    pub(crate) fn ret(&mut self) {
        self.insn(0xe12f_ff1e);
    }

    /// Neither by the stack pointer nor by the program counter.
    fn indirect(&mut self, insn: u32, reg: u32) {
        if reg > 14 || reg == 13 {
            self.fail(EINVAL);
            return;
        }
        self.insn(insn | reg);
    }

    /// Calls the function whose address is in a register: `blx`.
    pub(crate) fn indirect_call(&mut self, reg: u32) {
        self.indirect(0xe12f_ff30, reg);
    }

    /// Goes on at the address in a register: `bx`.
    pub(crate) fn indirect_jump(&mut self, reg: u32) {
        self.indirect(0xe12f_ff10, reg);
    }

    /// `movw` and `movt`, so that every address is as long.
    pub(super) fn scratch(&mut self, to: usize) {
        for (op, half) in [(0xe300_0000, to & 0xffff), (0xe340_0000, to >> 16)] {
            // CAST: 16 bits remain.
            let half = half as u32;

            self.insn(op | (half & 0xf000) << 4 | SCRATCH << 12 | half & 0xfff);
        }
    }

    /// Stops whoever comes here: `udf #0xdde1`, as text is filled with that nobody has written.
    pub(crate) fn trap(&mut self) {
        self.insn(0xe7fd_def1);
    }
}
