// SPDX-License-Identifier: GPL-2.0

//! Code generator: a few functions as x86-64 code.

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
    pub(crate) const MAX: usize = 32;

    /// Room that a return needs.
    const RETURN_MAX: usize = 5;

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
        code.push(&[0xb8])?; // mov $value, %eax
        code.push(&value.to_le_bytes())?;
        code.ret()
    }

    /// `fn(u64, u64) -> u64` that returns the sum of its arguments.
    pub(crate) fn sum(addr: usize) -> Result<Self> {
        let mut code = Self::new(addr)?;
        code.push(&[0x48, 0x8d, 0x04, 0x37])?; // lea (%rdi,%rsi), %rax
        code.ret()
    }

    /// `fn() -> u32` that increments the number at `counter` and returns what it was before.
    pub(crate) fn count(addr: usize, counter: usize) -> Result<Self> {
        let mut code = Self::new(addr)?;
        code.push(&[0xb8, 1, 0, 0, 0])?; // mov $1, %eax
        code.push(&[0xf0, 0x0f, 0xc1, 0x05])?; // lock xadd %eax, counter(%rip)

        let next = code.addr + code.len + size_of::<i32>();
        // CAST: Addresses fit, and wrap around as the CPU's do.
        let distance = counter.wrapping_sub(next) as isize;
        let distance = i32::try_from(distance).map_err(|_| ERANGE)?;
        code.push(&distance.to_le_bytes())?;
        code.ret()
    }

    /// Returns the bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
