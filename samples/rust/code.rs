// SPDX-License-Identifier: GPL-2.0

//! The code of a function, as bytes; the functions themselves are an architecture's.

use kernel::prelude::*;

use crate::{
    abi,
    jitalloc::LANDING_PAD, //
};

#[cfg_attr(CONFIG_ARM, path = "arm.rs")]
#[cfg_attr(CONFIG_ARM64, path = "arm64.rs")]
#[cfg_attr(CONFIG_X86_64, path = "x86.rs")]
mod functions;

use functions::RETURN_MAX;

/// The code of one function, to be run at one address.
pub(crate) struct Code {
    addr: usize,
    bytes: [u8; Code::MAX],
    len: usize,
}

impl Code {
    /// No function is longer.
    pub(crate) const MAX: usize = 48;

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
        if room.len() < RETURN_MAX {
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

    /// Returns the bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
