// SPDX-License-Identifier: GPL-2.0

//! Many writes at once.

use core::marker::PhantomData;

use kernel::{error::to_result, prelude::*};

use super::{check_bounds, ffi, Text, Writing};

/// Writes of text that are done at once, which costs much less than one by one.
///
/// It borrows the texts and the code, so nothing of it changes before the batch is committed or
/// dropped.
pub(crate) struct Batch<'a> {
    updates: KVec<ffi::jit_update>,
    written: KVec<&'a mut bool>,
    code: PhantomData<&'a [u8]>,
}

impl<'a> Batch<'a> {
    /// Makes an empty one.
    pub(crate) fn new() -> Batch<'a> {
        Batch {
            updates: KVec::new(),
            written: KVec::new(),
            code: PhantomData,
        }
    }

    /// Adds writes of `text`: pieces of code, each with the offset where it goes.
    ///
    /// # Errors
    ///
    /// [`ERANGE`] if one of them does not fit, [`ENOMEM`]. Nothing was added then.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn add(
        &mut self,
        text: &'a mut Text<Writing>,
        pieces: &[(usize, &'a [u8])],
    ) -> Result {
        for (offset, code) in pieces {
            check_bounds(text.len, *offset, code.len())?;
        }
        self.updates.reserve(pieces.len(), GFP_KERNEL)?;
        self.written.reserve(1, GFP_KERNEL)?;
        for (offset, code) in pieces.iter().filter(|(_, code)| !code.is_empty()) {
            let update = ffi::jit_update {
                dst: text.start.as_ptr().wrapping_add(*offset).cast(),
                src: code.as_ptr().cast(),
                len: code.len(),
            };

            self.updates.push(update, GFP_KERNEL)?;
        }
        if pieces.iter().any(|(_, code)| !code.is_empty()) {
            self.written.push(&mut text.state.written, GFP_KERNEL)?;
        }
        Ok(())
    }

    /// Writes all of it, in the order in which it was added.
    ///
    /// # Errors
    ///
    /// Those of `jit_update_batch()`: some of it may have been written.
    ///
    /// # Context
    ///
    /// As [`Text::write`].
    pub(crate) fn commit(mut self) -> Result {
        if self.updates.is_empty() {
            return Ok(());
        }

        // SAFETY:
        // - Each write is inside an allocation that is borrowed uniquely, as was checked when it
        //   was added.
        // - Each source is borrowed, and so is readable, and is not the text itself.
        let ret = unsafe { ffi::jit_update_batch(self.updates.as_ptr(), self.updates.len()) };

        for written in self.written.iter_mut() {
            **written = true;
        }
        to_result(ret)
    }
}
