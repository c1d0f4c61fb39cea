// SPDX-License-Identifier: GPL-2.0

//! arm64.
//!
//! C header: [`include/linux/jit_emit/arm64.h`](../../linux/jit_emit/arm64.h)

use kernel::prelude::*;

use super::Emit;

#[path = "insn32.rs"]
mod insn32;

pub(super) use insn32::in_reach;

/// x16, which veneers use as well: landing pads of functions let it through.
pub(crate) const SCRATCH: u32 = 16;

/// `bl` and `b`.
const CALL: u32 = 0x9400_0000;
const JUMP: u32 = 0x1400_0000;
/// How many bits they have for the distance, and how far behind them it is measured from.
const BITS: u32 = 26;
const AHEAD: usize = 0;

impl Emit<'_> {
    /// Begins a function that is called through a pointer: `bti c`, a nop where it is not known.
    pub(crate) fn entry(&mut self) {
        self.insn(0xd503_245f);
    }

    /// Returns. An address that has not been signed is not authenticated.
    pub(crate) fn ret(&mut self) {
        self.insn(0xd65f_03c0);
    }

    /// There is no instruction for the stack pointer: 31 is the zero register.
    fn indirect(&mut self, insn: u32, reg: u32) {
        if reg > 30 {
            self.fail(EINVAL);
            return;
        }
        self.insn(insn | reg << 5);
    }

    /// Calls the function whose address is in a register: `blr`.
    pub(crate) fn indirect_call(&mut self, reg: u32) {
        self.indirect(0xd63f_0000, reg);
    }

    /// Goes on at the address in a register: `br`. To a function only through x16 or x17, or its
    /// landing pad will not do.
    pub(crate) fn indirect_jump(&mut self, reg: u32) {
        self.indirect(0xd61f_0000, reg);
    }

    /// `movz` and `movk`, one for each 16 bits, so that every address is as long.
    pub(super) fn scratch(&mut self, to: usize) {
        for part in 0..4_u32 {
            let op = if part == 0 { 0xd280_0000 } else { 0xf280_0000 };
            // CAST: 16 bits remain.
            let bits = (to >> (16 * part) & 0xffff) as u32;

            self.insn(op | part << 21 | bits << 5 | SCRATCH);
        }
    }

    /// Stops whoever comes here: `brk #0x100`, as text is filled with that nobody has written.
    pub(crate) fn trap(&mut self) {
        self.insn(0xd420_2000);
    }
}
