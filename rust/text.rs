// SPDX-License-Identifier: GPL-2.0

//! Owned text, from filled with traps to published.

use core::ptr::NonNull;
use kernel::prelude::*;

use crate::{
    arch,
    kfn::Kfn,
    protect::{ReadOnlyExec, Writable},
    vm::VmRange,
    write::{self, Source},
};

/// Text full of trapping instructions that nothing can execute yet.
pub(crate) struct FilledText(Writable);

impl FilledText {
    /// Fills a new range with traps.
    pub(crate) fn new(range: VmRange) -> FilledText {
        FilledText(Writable::new(range, arch::TRAP))
    }

    /// Makes the text executable.
    ///
    /// # Errors
    ///
    /// Those of [`Writable::protect`], and then the text is freed.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn publish(self, kfn: Kfn) -> Result<Text> {
        Ok(Text(self.0.protect(kfn)?))
    }
}

/// Text that every CPU may execute and that only [`Text::write`] changes.
pub(crate) struct Text(ReadOnlyExec);

impl Text {
    /// Returns the first address.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.0.start()
    }

    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes `len` bytes at `offset`.
    ///
    /// # Safety
    ///
    /// As [`write::write`].
    ///
    /// # Errors
    ///
    /// As [`write::write`].
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) unsafe fn write(
        &self,
        kfn: Kfn,
        offset: usize,
        source: Source,
        len: usize,
    ) -> Result {
        // SAFETY: The caller answers for the source.
        unsafe { write::write(kfn, &self.0, offset, source, len) }
    }

    /// Fills the text with traps again.
    ///
    /// # Errors
    ///
    /// Those of the kernel's poke; then the old code is still there.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn poison(&self, kfn: Kfn) -> Result {
        // SAFETY: The source is not a pointer.
        unsafe { self.write(kfn, 0, Source::Set(arch::TRAP), self.len()) }
    }
}
