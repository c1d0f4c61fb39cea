// SPDX-License-Identifier: GPL-2.0

//! Code generator: a few functions as code of 32-bit arm.

use kernel::prelude::*;

use crate::{
    abi,
    jitalloc::LANDING_PAD, //
};

/// The code of one function, to be run at one address.
pub(crate) struct Code {
    addr: usize,
    bytes: [u8; Code::MAX],
    len: usize,
}

impl Code {
    /// No function is longer.
    pub(crate) const MAX: usize = 48;

    /// Room that a return needs.
    const RETURN_MAX: usize = 4;

    /// Begins a function that will run at `addr`.
    fn new(addr: usize) -> Result<Self> {
        let mut code = Code {
            addr,
            bytes: [0; Code::MAX],
            len: 0,
        };
        code.push(LANDING_PAD)?;
        Ok(code)
    }

    fn push(&mut self, bytes: &[u8]) -> Result {
        let end = self.len + bytes.len();
        self.bytes
            .get_mut(self.len..end)
            .ok_or(E2BIG)?
            .copy_from_slice(bytes);
        self.len = end;
        Ok(())
    }

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

    /// Ends the function, the way the kernel's mitigations need.
    fn ret(mut self) -> Result<Self> {
        let room = self.bytes.get_mut(self.len..).ok_or(E2BIG)?;
        if room.len() < Code::RETURN_MAX {
            return Err(E2BIG);
        }

        // SAFETY: There is room for the longest return, as checked.
        let len = unsafe { abi::jit_rust_emit_return(room.as_mut_ptr(), self.addr + self.len) };
        if len == 0 {
            return Err(ERANGE);
        }
        self.len += len as usize;
        Ok(self)
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

    /// Returns the bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
