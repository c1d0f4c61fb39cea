// SPDX-License-Identifier: GPL-2.0

//! Pieces of code of 32-bit arm.

/// What text is full of that nobody has written.
pub(crate) const TRAP: [u8; 4] = [0xf1, 0xde, 0xfd, 0xe7]; // udf #0xdde1

/// What reopened text is full of: four of them are undefined.
pub(crate) const TRAP_BYTE: u8 = 0xff;

/// Where functions may begin.
pub(crate) const ALIGN: usize = 4;

/// bx lr
pub(crate) const RETURN: &[u8] = &[0x1e, 0xff, 0x2f, 0xe1];

/// A word from where the argument says.
pub(crate) const LOAD: &[u8] = &[0x00, 0x00, 0x90, 0xe5]; // ldr r0, [r0]

/// movw or movt, by `op`, of 16 bits to r0
fn mov(op: u32, half: u32) -> [u8; 4] {
    (op | (half & 0xf000) << 4 | half & 0xfff).to_le_bytes()
}

/// movw r0, #low; movt r0, #high
pub(crate) fn constant(value: u32) -> [u8; 8] {
    let low = mov(0xe300_0000, value & 0xffff);
    let high = mov(0xe340_0000, value >> 16);

    [
        low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3],
    ]
}

/// r0 and r1 = an argument of 64 bits: the first is there, the second in r2 and r3, the others are
/// on the stack.
pub(crate) const MOVES: [&[u8]; 6] = [
    &[],
    &[0x02, 0x00, 0xa0, 0xe1, 0x03, 0x10, 0xa0, 0xe1], // mov r0, r2; mov r1, r3
    &[0xd0, 0x00, 0xcd, 0xe1],                         // ldrd r0, r1, [sp]
    &[0xd8, 0x00, 0xcd, 0xe1],                         // ldrd r0, r1, [sp, #8]
    &[0xd0, 0x01, 0xcd, 0xe1],                         // ldrd r0, r1, [sp, #16]
    &[0xd8, 0x01, 0xcd, 0xe1],                         // ldrd r0, r1, [sp, #24]
];

/// sxtb r0, r0; asr r1, r0, #31
pub(crate) const SIGN_EXTEND: &[u8] = &[0x70, 0x00, 0xaf, 0xe6, 0xc0, 0x1f, 0xa0, 0xe1];

/// cmp r0, #0; mov r0, #0; moveq r0, #1
pub(crate) const IS_NULL: &[u8] = &[
    0x00, 0x00, 0x50, 0xe3, 0x00, 0x00, 0xa0, 0xe3, 0x01, 0x00, 0xa0, 0x03,
];
