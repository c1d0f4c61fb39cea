// SPDX-License-Identifier: GPL-2.0

//! How generated code begins, returns, and gets to other code, on the kernel that runs: what
//! `<linux/jit_emit.h>` is in C, byte by byte.
//!
//! A module takes this file in with `#[path = ".../rust/jit_emit.rs"] mod jit_emit;`, once. It needs
//! nothing of jitalloc, and no symbol that is not exported. [`Emit`] is safe: what it writes are
//! bytes, and whoever runs them promises what they do.
//!
//! There is no `jit_emit_cfi_entry()`: `Text::function` refuses kernels with kCFI.
//!
//! C header: [`include/linux/jit_emit.h`](../linux/jit_emit.h)

#![allow(dead_code, reason = "a module takes what it needs")]

use kernel::prelude::*;

#[cfg_attr(CONFIG_ARM, path = "jit_emit/arm.rs")]
#[cfg_attr(CONFIG_ARM64, path = "jit_emit/arm64.rs")]
#[cfg_attr(CONFIG_X86_64, path = "jit_emit/x86.rs")]
mod arch;

pub(crate) use arch::SCRATCH;

/// Returns whether the architecture has a call and a jump, without a condition, from `from` to `to`.
pub(crate) fn in_reach(from: usize, to: usize) -> bool {
    arch::in_reach(from, to)
}

/// Code that is being generated.
///
/// What does not fit or cannot be is remembered, and nothing is written any more, so that it is
/// enough to look at the end: [`Emit::finish`].
pub(crate) struct Emit<'a> {
    buf: Option<&'a mut [u8]>,
    len: usize,
    addr: Option<usize>,
    result: Result,
}

impl<'a> Emit<'a> {
    /// Begins to generate code that is written to `buf` and will run at `addr`.
    pub(crate) fn new(buf: &'a mut [u8], addr: usize) -> Emit<'a> {
        Emit {
            buf: Some(buf),
            len: 0,
            addr: Some(addr),
            result: Ok(()),
        }
    }

    /// Begins to find out how long code will be, which will run at `addr` if that is known.
    pub(crate) fn measure(addr: Option<usize>) -> Emit<'static> {
        Emit {
            buf: None,
            len: 0,
            addr,
            result: Ok(()),
        }
    }

    /// Returns how much has been written, or would have been.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns where the next byte will run. As long as the address of the code is not known, that
    /// is taken for 0.
    pub(crate) fn here(&self) -> usize {
        self.addr.unwrap_or(0).wrapping_add(self.len)
    }

    /// Remembers an error, unless there is one already.
    pub(crate) fn fail(&mut self, err: Error) {
        if self.result.is_ok() {
            self.result = Err(err);
        }
    }

    /// Writes instructions of one's own.
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        let end = self.len.wrapping_add(bytes.len());

        if let (Some(buf), Ok(())) = (self.buf.as_deref_mut(), self.result) {
            match buf.get_mut(self.len..end) {
                Some(room) => room.copy_from_slice(bytes),
                None => self.result = Err(ENOSPC),
            }
        }
        self.len = end;
    }

    /// Calls a function, wherever it is: through [`SCRATCH`], and always of the same length.
    /// `function` has to begin with a landing pad: exported functions do.
    pub(crate) fn call_far(&mut self, function: usize) {
        self.scratch(function);
        self.indirect_call(SCRATCH);
    }

    /// Goes on elsewhere, as [`Emit::call_far`].
    pub(crate) fn jump_far(&mut self, to: usize) {
        self.scratch(to);
        self.indirect_jump(SCRATCH);
    }

    /// Fills with traps up to an address that is a multiple of `align`, a power of two. As long as
    /// the address of the code is not known, no more than text is aligned to.
    pub(crate) fn align(&mut self, align: usize) {
        if !align.is_power_of_two() {
            self.fail(EINVAL);
            return;
        }
        while self.result.is_ok() && self.here() & (align - 1) != 0 {
            self.trap();
        }
    }

    /// Returns the code; nothing if it has only been measured.
    ///
    /// # Errors
    ///
    /// The first of these: [`ENOSPC`] if there was no room, [`ERANGE`] if something was out of reach,
    /// [`EINVAL`] if what was asked for makes no sense, and those of [`Emit::fail`].
    pub(crate) fn finish(self) -> Result<&'a [u8]> {
        self.result?;
        match self.buf {
            Some(buf) => buf.get(..self.len).ok_or(ENOSPC),
            None => Ok(&[]),
        }
    }
}
