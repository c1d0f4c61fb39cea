// SPDX-License-Identifier: GPL-2.0

//! A few functions as arm64 code.

use crate::jit_emit::Emit;

/// `movz` and `movk`: the register gets a number of as many times 16 bits as it has.
fn mov(e: &mut Emit<'_>, register: u32, value: &[u8]) {
    for (part, half) in (0_u32..).zip(value.chunks_exact(2)) {
        let op = if part == 0 { 0xd280_0000 } else { 0xf280_0000 };
        let half = u32::from(half[0]) | u32::from(half[1]) << 8;

        e.insn(op | part << 21 | half << 5 | register);
    }
}

/// `fn() -> u32` that returns a constant.
pub(crate) fn constant(e: &mut Emit<'_>, value: u32) {
    mov(e, 0, &value.to_le_bytes());
    e.ret();
}

/// `fn(u64, u64) -> u64` that returns the sum of its arguments.
pub(crate) fn sum(e: &mut Emit<'_>) {
    e.insn(0x8b01_0000); // add x0, x0, x1
    e.ret();
}

/// `fn() -> u32` that increments the number at `counter` and returns what it was before.
pub(crate) fn count(e: &mut Emit<'_>, counter: usize) {
    mov(e, 1, &counter.to_le_bytes());
    e.insn(0x885f_fc20); // 1: ldaxr w0, [x1]
    e.insn(0x1100_0402); // add w2, w0, #1
    e.insn(0x8803_fc22); // stlxr w3, w2, [x1]
    e.insn(0x35ff_ffa3); // cbnz w3, 1b
    e.ret();
}
