// SPDX-License-Identifier: GPL-2.0

//! A few functions as code of 32-bit arm.

use kernel::prelude::*;

use super::Code;

/// Room that a return needs.
pub(super) const RETURN_MAX: usize = 4;

impl Code {
    fn insn(&mut self, insn: u32) -> Result {
        self.push(&insn.to_le_bytes())
    }

    /// `movw` and `movt`: the register gets a number.
    fn mov(&mut self, register: u32, value: u32) -> Result {
        for (op, half) in [(0xe300_0000, value & 0xffff), (0xe340_0000, value >> 16)] {
            self.insn(op | (half & 0xf000) << 4 | register << 12 | half & 0xfff)?;
        }
        Ok(())
    }

    /// `fn() -> u32` that returns a constant.
    pub(crate) fn constant(addr: usize, value: u32) -> Result<Self> {
        let mut code = Self::new(addr)?;
        code.mov(0, value)?;
        code.ret()
    }

    /// `fn(u64, u64) -> u64` that returns the sum of its arguments.
    pub(crate) fn sum(addr: usize) -> Result<Self> {
        let mut code = Self::new(addr)?;
        code.insn(0xe090_0002)?; // adds r0, r0, r2
        code.insn(0xe0a1_1003)?; // adc r1, r1, r3
        code.ret()
    }

    /// `fn() -> u32` that increments the number at `counter` and returns what it was before.
    pub(crate) fn count(addr: usize, counter: usize) -> Result<Self> {
        let mut code = Self::new(addr)?;
        // CAST: They are of the same size.
        code.mov(1, counter as u32)?;
        code.insn(0xe191_0f9f)?; // 1: ldrex r0, [r1]
        code.insn(0xe280_2001)?; // add r2, r0, #1
        code.insn(0xe181_3f92)?; // strex r3, r2, [r1]
        code.insn(0xe353_0000)?; // cmp r3, #0
        code.insn(0x1aff_fffa)?; // bne 1b
        code.ret()
    }
}
