// SPDX-License-Identifier: GPL-2.0

//! A few functions as x86-64 code.

use kernel::prelude::*;

use super::Code;

/// Room that a return needs.
pub(super) const RETURN_MAX: usize = 5;

impl Code {
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
}
