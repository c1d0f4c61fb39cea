// SPDX-License-Identifier: GPL-2.0

//! A few functions as x86-64 code.

use crate::jit_emit::Emit;
use kernel::prelude::*;

/// `fn() -> u32` that returns a constant.
pub(crate) fn constant(e: &mut Emit<'_>, value: u32) {
    e.put(&[0xb8]); // mov $value, %eax
    e.put(&value.to_le_bytes());
    e.ret();
}

/// `fn(u64, u64) -> u64` that returns the sum of its arguments.
pub(crate) fn sum(e: &mut Emit<'_>) {
    e.put(&[0x48, 0x8d, 0x04, 0x37]); // lea (%rdi,%rsi), %rax
    e.ret();
}

/// `fn() -> u32` that increments the number at `counter` and returns what it was before.
pub(crate) fn count(e: &mut Emit<'_>, counter: usize) {
    e.put(&[0xb8, 1, 0, 0, 0]); // mov $1, %eax
    e.put(&[0xf0, 0x0f, 0xc1, 0x05]); // lock xadd %eax, counter(%rip)

    let next = e.here().wrapping_add(size_of::<i32>());
    // CAST: Addresses fit, and wrap around as the CPU's do.
    let distance = counter.wrapping_sub(next) as isize;
    match i32::try_from(distance) {
        Ok(distance) => e.put(&distance.to_le_bytes()),
        Err(_) => e.fail(ERANGE),
    }
    e.ret();
}
