// SPDX-License-Identifier: GPL-2.0

//! Names of code in the kernel's tables.
//!
//! C source: `symbol.c`.

use core::{ptr::NonNull, slice};
use kernel::prelude::*;

use crate::sys::{abi, extable::Extable};

/// A name of code, which the kernel shows until this is dropped.
///
/// # Invariants
///
/// The pointer comes from `jit_symbol_add()` or `jit_symbol_add_extable()`, and belongs to the value.
pub(crate) struct Symbol(NonNull<abi::jit_symbol>);

// SAFETY: It may be taken away on any CPU.
unsafe impl Send for Symbol {}

impl Symbol {
    /// Gives the `len` bytes of code at `start` a name.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn new(name: &CStr, start: usize, len: usize) -> Result<Symbol> {
        // SAFETY: The name is a C string, which is copied; addresses are only compared.
        let ptr = unsafe { abi::jit_symbol_add(name.as_char_ptr(), start, len) };

        // INVARIANT: It was just returned.
        Ok(Symbol(NonNull::new(ptr).ok_or(ENOMEM)?))
    }

    /// Has it stand for an exception table, too, which has been written into its code.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn add_extable(&mut self, table: &Extable) -> Result {
        // SAFETY: By the type invariant, it comes from `jit_symbol_add()`. The table is a part of the
        // code, and that stays as long as the symbol.
        let ptr = unsafe {
            abi::jit_symbol_add_extable(self.0.as_ptr(), table.addr(), table.bytes().len())
        };

        // INVARIANT: It was just returned. The symbol that it replaces is dropped.
        *self = Symbol(NonNull::new(ptr).ok_or(ENOMEM)?);
        Ok(())
    }

    /// Returns whether it stands for an exception table, too.
    pub(crate) fn has_extable(&self) -> bool {
        // SAFETY: By the type invariant.
        unsafe { abi::jit_symbol_has_extable(self.0.as_ptr()) }
    }

    /// Returns the name as the kernel shows it.
    pub(crate) fn name(&self) -> &[u8] {
        let mut len = 0;
        // SAFETY: By the type invariant, it comes from `jit_symbol_add()`; `len` is written.
        let name = unsafe { abi::jit_symbol_name(self.0.as_ptr(), &mut len) };

        // SAFETY: The name has `len` bytes, which stay as long as the symbol; that is not dropped
        // while `self` is borrowed.
        unsafe { slice::from_raw_parts(name.cast(), len) }
    }
}

impl Drop for Symbol {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, it belongs to the value.
        unsafe { abi::jit_symbol_del(self.0.as_ptr()) };
    }
}
