// SPDX-License-Identifier: GPL-2.0

//! Code generator: a few functions as arm64 code.

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

    /// `movz` and `movk`: the register gets a number of as many times 16 bits as it has.
    fn mov(&mut self, register: u32, value: &[u8]) -> Result {
        for (part, half) in (0_u32..).zip(value.chunks_exact(2)) {
            let op = if part == 0 { 0xd280_0000 } else { 0xf280_0000 };
            let half = u32::from(half[0]) | u32::from(half[1]) << 8;

            self.insn(op | part << 21 | half << 5 | register)?;
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
        code.mov(0, &value.to_le_bytes())?;
        code.ret()
    }

    /// `fn(u64, u64) -> u64` that returns the sum of its arguments.
    pub(crate) fn sum(addr: usize) -> Result<Self> {
        let mut code = Self::new(addr)?;
        code.insn(0x8b01_0000)?; // add x0, x0, x1
        code.ret()
    }

    /// `fn() -> u32` that increments the number at `counter` and returns what it was before.
    pub(crate) fn count(addr: usize, counter: usize) -> Result<Self> {
        let mut code = Self::new(addr)?;
        code.mov(1, &counter.to_le_bytes())?;
        code.insn(0x885f_fc20)?; // 1: ldaxr w0, [x1]
        code.insn(0x1100_0402)?; // add w2, w0, #1
        code.insn(0x8803_fc22)?; // stlxr w3, w2, [x1]
        code.insn(0x35ff_ffa3)?; // cbnz w3, 1b
        code.ret()
    }

    /// Returns the bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
