// SPDX-License-Identifier: GPL-2.0

//! x86-64.
//!
//! How this kernel returns, and how it calls through a register, is read off one return and a
//! branch by each register that are never run: the kernel has rewritten them when it loaded the
//! module. They are where the C header has its own.
//!
//! C header: [`include/linux/jit_emit/x86.h`](../../linux/jit_emit/x86.h)

use core::{
    arch::global_asm,
    hint::black_box, //
};
use kernel::prelude::*;

use super::Emit;

/// r11, which no calling convention of the kernel has a use for.
pub(crate) const SCRATCH: u32 = 11;

/// The register that nobody branches by; where it would be is the return.
const RSP: u32 = 4;

/// Two registers have a cache line, of which the first half has all of them: a call at 0, a jump at
/// 10, 16 bytes for each register.
const fn site(reg: u32) -> usize {
    // CAST: Registers are few.
    (reg / 2 * 64 + reg % 2 * 16) as usize
}

const JUMP: usize = 10;
const RETURN: usize = site(RSP) + 8;
const SITES_LEN: usize = site(16);

extern "C" {
    static jit_emit_rust_sites: [u8; SITES_LEN];
}

#[cfg(CONFIG_MITIGATION_RETPOLINE)]
global_asm!(
    ".macro jit_emit_branches align, cs, reg",
    ".balign \\align",
    "\\cs call __x86_indirect_thunk_\\reg",
    ".balign 8",
    "jc 771f",
    "\\cs jmp __x86_indirect_thunk_\\reg",
    "771:",
    ".endm",
    options(att_syntax)
);

/// What is not a retpoline is not rewritten, and is as long with what is behind it.
#[cfg(not(CONFIG_MITIGATION_RETPOLINE))]
global_asm!(
    ".macro jit_emit_branches align, cs, reg",
    ".balign \\align",
    "call *%\\reg",
    "nop; nop; nop",
    ".balign 8",
    "jc 771f",
    "jmp *%\\reg",
    "int3; int3; int3",
    "771:",
    ".endm",
    options(att_syntax)
);

#[cfg(CONFIG_MITIGATION_RETHUNK)]
global_asm!(
    ".macro jit_emit_return",
    "jmp __x86_return_thunk",
    ".endm",
    options(att_syntax)
);

#[cfg(not(CONFIG_MITIGATION_RETHUNK))]
global_asm!(
    ".macro jit_emit_return",
    "ret; int3",
    ".endm",
    options(att_syntax)
);

global_asm!(
    ".pushsection .text, \"ax\"",
    ".balign 64, 0xcc",
    ".type jit_emit_rust_sites, @function",
    "jit_emit_rust_sites:",
    // What the kernel's headers have as ANNOTATE_NOENDBR: nobody comes here through a pointer.
    ".pushsection .discard.annotate_insn, \"M\", @progbits, 8",
    ".long jit_emit_rust_sites - ., 1",
    ".popsection",
    "jit_emit_branches 64, , rax",
    "jit_emit_branches 16, , rcx",
    "jit_emit_branches 64, , rdx",
    "jit_emit_branches 16, , rbx",
    ".balign 64",
    "jc 771f",
    ".balign 8",
    "jit_emit_return",
    "771:",
    "jit_emit_branches 16, , rbp",
    "jit_emit_branches 64, , rsi",
    "jit_emit_branches 16, , rdi",
    // The prefix makes room for a longer instruction, as in what compilers write.
    "jit_emit_branches 64, cs, r8",
    "jit_emit_branches 16, cs, r9",
    "jit_emit_branches 64, cs, r10",
    "jit_emit_branches 16, cs, r11",
    "jit_emit_branches 64, cs, r12",
    "jit_emit_branches 16, cs, r13",
    "jit_emit_branches 64, cs, r14",
    "jit_emit_branches 16, cs, r15",
    "jit_emit_return",
    ".balign 64, 0xcc",
    ".size jit_emit_rust_sites, . - jit_emit_rust_sites",
    ".popsection",
    options(att_syntax)
);

/// Returns what is at `offset` of what the kernel has made of them, and where that is.
fn insn<const LEN: usize>(offset: usize) -> ([u8; LEN], usize) {
    // Not an address in the middle of a function that could be called, for objtool
    let sites = black_box(&raw const jit_emit_rust_sites);
    // SAFETY: These bytes are in the text of this module, which is aligned up to their end. The
    // kernel has rewritten them before the module's code began to run, and does not do it again.
    let bytes = unsafe { &*sites };
    let mut insn = [0; LEN];

    for (to, from) in insn.iter_mut().zip(bytes.iter().skip(offset)) {
        *to = *from;
    }
    (insn, sites.addr().wrapping_add(offset))
}

/// Returns where a direct branch at `addr` goes, if `insn` begins with one.
fn target(insn: &[u8], addr: usize) -> Option<usize> {
    let [0xe8 | 0xe9, distance @ ..] = insn else {
        return None;
    };
    let distance = i32::from_le_bytes(*distance.first_chunk()?);

    // CAST: The distance keeps its sign.
    Some(
        addr.wrapping_add(5)
            .wrapping_add(distance as isize as usize),
    )
}

/// The distance of a direct branch, from the next instruction on.
fn distance(from: usize, to: usize) -> isize {
    // CAST: It is a number with a sign.
    to.wrapping_sub(from.wrapping_add(5)) as isize
}

/// Whether there is a direct branch from one to the other.
pub(super) fn in_reach(from: usize, to: usize) -> bool {
    i32::try_from(distance(from, to)).is_ok()
}

impl Emit<'_> {
    /// A call, e8, or a jump, e9.
    fn direct(&mut self, opcode: u8, to: usize) {
        if self.addr.is_some() && !in_reach(self.here(), to) {
            self.fail(ERANGE);
        }
        // CAST: What is out of reach is an error, or only measured.
        let distance = distance(self.here(), to) as i32;

        self.put(&[opcode]);
        self.put(&distance.to_le_bytes());
    }

    /// Begins a function that is called through a pointer: with a landing pad if the kernel checks
    /// it.
    pub(crate) fn entry(&mut self) {
        if cfg!(CONFIG_X86_KERNEL_IBT) {
            // endbr64, which as a constant would be a landing pad in our own code
            self.put(&(!black_box(!0xfa1e_0ff3_u32)).to_le_bytes());
        }
    }

    /// Returns what code jumps to instead of a return, if there is such a thing.
    pub(crate) fn return_thunk(&self) -> Option<usize> {
        let (insn, addr) = insn::<5>(RETURN);

        target(&insn, addr)
    }

    /// Returns, as everything else in this kernel does.
    pub(crate) fn ret(&mut self) {
        match self.return_thunk() {
            Some(thunk) => self.direct(0xe9, thunk),
            // ret; int3, against straight-line speculation
            None => self.put(&[0xc3, 0xcc]),
        }
    }

    /// The branch that is at `offset` of a register's, which is of the same length in all its forms.
    fn indirect(&mut self, reg: u32, offset: usize) {
        if reg > 15 || reg == RSP {
            self.fail(EINVAL);
            return;
        }
        let len = if reg < 8 { 5 } else { 6 };
        let (insn, addr) = insn::<6>(site(reg).wrapping_add(offset));
        // A prefix, and five bytes
        let (insn, _) = insn.split_at(len);
        let (prefix, branch) = insn.split_at(len - 5);

        match target(branch, addr.wrapping_add(prefix.len())) {
            Some(thunk) => {
                self.put(prefix);
                self.direct(branch[0], thunk);
            }
            None => self.put(insn),
        }
    }

    /// Calls the function whose address is in a register, through a thunk where the kernel has one.
    pub(crate) fn indirect_call(&mut self, reg: u32) {
        self.indirect(reg, 0);
    }

    /// Goes on at the address in a register, as [`Emit::indirect_call`].
    pub(crate) fn indirect_jump(&mut self, reg: u32) {
        self.indirect(reg, JUMP);
    }

    /// `movabs`.
    pub(super) fn scratch(&mut self, to: usize) {
        self.put(&[0x49, 0xb8 + (SCRATCH % 8) as u8]);
        self.put(&to.to_le_bytes());
    }

    /// Calls a function; what is out of reach is an error.
    pub(crate) fn call(&mut self, function: usize) {
        self.direct(0xe8, function);
    }

    /// Goes on elsewhere and does not come back, as [`Emit::call`].
    pub(crate) fn jump(&mut self, to: usize) {
        self.direct(0xe9, to);
    }

    /// Stops whoever comes here: `int3`, as text is filled with that nobody has written.
    pub(crate) fn trap(&mut self) {
        self.put(&[0xcc]);
    }
}
