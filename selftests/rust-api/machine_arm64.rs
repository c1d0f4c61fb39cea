// SPDX-License-Identifier: GPL-2.0

//! Pieces of arm64 code.

/// What text is full of that nobody has written.
pub(crate) const TRAP: [u8; 4] = [0x00, 0x20, 0x20, 0xd4]; // brk #0x100

/// What reopened text is full of: four of them are udf #0.
pub(crate) const TRAP_BYTE: u8 = 0;

/// Where functions may begin.
pub(crate) const ALIGN: usize = 4;

/// ret
pub(crate) const RETURN: &[u8] = &[0xc0, 0x03, 0x5f, 0xd6];

/// A word from where the argument says.
pub(crate) const LOAD: &[u8] = &[0x00, 0x00, 0x40, 0xf9]; // ldr x0, [x0]

/// movz x0, #low; movk x0, #high, lsl #16
pub(crate) fn constant(value: u32) -> [u8; 8] {
    let low = (0xd280_0000 | (value & 0xffff) << 5).to_le_bytes();
    let high = (0xf2a0_0000 | (value >> 16) << 5).to_le_bytes();

    [
        low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3],
    ]
}

/// mov x0, REG: the result is an argument.
pub(crate) const MOVES: [&[u8]; 6] = [
    &[0xe0, 0x03, 0x00, 0xaa],
    &[0xe0, 0x03, 0x01, 0xaa],
    &[0xe0, 0x03, 0x02, 0xaa],
    &[0xe0, 0x03, 0x03, 0xaa],
    &[0xe0, 0x03, 0x04, 0xaa],
    &[0xe0, 0x03, 0x05, 0xaa],
];

/// sxtb x0, w0
pub(crate) const SIGN_EXTEND: &[u8] = &[0x00, 0x1c, 0x40, 0x93];

/// cmp x0, #0; cset w0, eq
pub(crate) const IS_NULL: &[u8] = &[0x1f, 0x00, 0x00, 0xf1, 0xe0, 0x17, 0x9f, 0x1a];
