// SPDX-License-Identifier: GPL-2.0

//! Exception tables as the kernel has them.
//!
//! C source: `extable.c`.

use core::{ptr, slice};
use kernel::{error::to_result, prelude::*};

use crate::sys::abi;

pub(crate) use abi::jit_extable_entry as Entry;

/// A table that is to be written at the end of the text that it is for.
///
/// # Invariants
///
/// The pointer comes from `jit_extable_new()`, and belongs to the value.
pub(crate) struct Extable(ptr::NonNull<abi::jit_extable>);

impl Extable {
    /// Makes the table of the text of `size` bytes that begins at `start`.
    ///
    /// # Errors
    ///
    /// `EINVAL` if there are no entries, two for the same instruction, or one where no instruction can
    /// be; `ERANGE` if one is not in the text, or in its table; `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn new(entries: &[Entry], start: usize, size: usize) -> Result<Extable> {
        let mut table = ptr::null_mut();

        // SAFETY: The entries are readable; addresses are only numbers; `table` is written.
        to_result(unsafe {
            abi::jit_extable_new(entries.as_ptr(), entries.len(), start, size, &mut table)
        })?;

        // INVARIANT: It was just returned.
        Ok(Extable(ptr::NonNull::new(table).ok_or(ENOMEM)?))
    }

    /// Returns where it has to be written.
    pub(crate) fn addr(&self) -> usize {
        // SAFETY: By the type invariant.
        unsafe { abi::jit_extable_addr(self.0.as_ptr()) }
    }

    /// Returns what has to be written there.
    pub(crate) fn bytes(&self) -> &[u8] {
        let mut len = 0;
        // SAFETY: By the type invariant; `len` is written.
        let bytes = unsafe { abi::jit_extable_bytes(self.0.as_ptr(), &mut len) };

        // SAFETY: It has so many bytes, as long as `self` is borrowed.
        unsafe { slice::from_raw_parts(bytes.cast(), len) }
    }
}

impl Drop for Extable {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, it belongs to the value.
        unsafe { abi::jit_extable_free(self.0.as_ptr()) };
    }
}
