// SPDX-License-Identifier: GPL-2.0

//! A few functions as code of 32-bit arm.

use crate::jit_emit::Emit;

/// `movw` and `movt`: the register gets a number.
fn mov(e: &mut Emit<'_>, register: u32, value: u32) {
    for (op, half) in [(0xe300_0000, value & 0xffff), (0xe340_0000, value >> 16)] {
        e.insn(op | (half & 0xf000) << 4 | register << 12 | half & 0xfff);
    }
}

/// `fn() -> u32` that returns a constant.
pub(crate) fn constant(e: &mut Emit<'_>, value: u32) {
    mov(e, 0, value);
    e.ret();
}

/// `fn(u64, u64) -> u64` that returns the sum of its arguments.
pub(crate) fn sum(e: &mut Emit<'_>) {
    e.insn(0xe090_0002); // adds r0, r0, r2
    e.insn(0xe0a1_1003); // adc r1, r1, r3
    e.ret();
}

/// `fn() -> u32` that increments the number at `counter` and returns what it was before.
pub(crate) fn count(e: &mut Emit<'_>, counter: usize) {
    // CAST: They are of the same size.
    mov(e, 1, counter as u32);
    e.insn(0xe191_0f9f); // 1: ldrex r0, [r1]
    e.insn(0xe280_2001); // add r2, r0, #1
    e.insn(0xe181_3f92); // strex r3, r2, [r1]
    e.insn(0xe353_0000); // cmp r3, #0
    e.insn(0x1aff_fffa); // bne 1b
    e.ret();
}
