// SPDX-License-Identifier: GPL-2.0

//! Pieces of x86-64 code.

/// What text is full of that nobody has written.
pub(crate) const TRAP: [u8; 1] = [0xcc]; // int3

/// What reopened text is full of.
pub(crate) const TRAP_BYTE: u8 = 0xcc;

/// Where functions may begin.
pub(crate) const ALIGN: usize = 1;

/// Not a return that mitigates anything.
pub(crate) const RETURN: &[u8] = &[0xc3];

/// A word from where the argument says.
pub(crate) const LOAD: &[u8] = &[0x48, 0x8b, 0x07]; // mov (%rdi), %rax

/// mov $value, %eax
pub(crate) fn constant(value: u32) -> [u8; 5] {
    let [a, b, c, d] = value.to_le_bytes();

    [0xb8, a, b, c, d]
}

/// mov REG, %rax: the result is an argument.
pub(crate) const MOVES: [&[u8]; 6] = [
    &[0x48, 0x89, 0xf8],
    &[0x48, 0x89, 0xf0],
    &[0x48, 0x89, 0xd0],
    &[0x48, 0x89, 0xc8],
    &[0x4c, 0x89, 0xc0],
    &[0x4c, 0x89, 0xc8],
];

/// movsbq %dil, %rax
pub(crate) const SIGN_EXTEND: &[u8] = &[0x48, 0x0f, 0xbe, 0xc7];

/// test %rdi, %rdi; sete %al
pub(crate) const IS_NULL: &[u8] = &[0x48, 0x85, 0xff, 0x0f, 0x94, 0xc0];
