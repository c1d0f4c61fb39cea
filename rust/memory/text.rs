// SPDX-License-Identifier: GPL-2.0

//! Owned text, from filled with traps to published.

use core::ptr::NonNull;
use kernel::{prelude::*, sync::Arc};

use crate::{
    arch::{self, ChunkedWrite, Entry, Mapping, ScopeGuard, WriteGuard, WriteScope, Writer},
    memory::{
        execmem::ExecmemRange,
        protect::{ReadOnlyExec, Writable},
        vmalloc::VmRange,
    },
    sys::kfn::Kfn,
};

/// Text full of trapping instructions that nothing can execute yet.
pub(crate) struct FilledText(Writable);

impl FilledText {
    /// Fills a new range with traps.
    pub(crate) fn new(range: VmRange) -> FilledText {
        FilledText(Writable::new(range, &arch::TRAP))
    }

    /// Makes the text executable.
    ///
    /// # Errors
    ///
    /// Those of [`Writable::protect`] and of [`Mapping::new`], and then the text is freed.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn publish(self, kfn: Kfn, writer: Arc<Writer>) -> Result<Text> {
        arch::sync_fetch(self.0.start(), self.0.len());
        Text::new(self.0.protect(kfn)?, writer)
    }
}

/// Text that every CPU may execute and that only [`Text::writing`] changes.
pub(crate) struct Text {
    // Dropped before the pages.
    mapping: Mapping,
    pages: ReadOnlyExec,
}

impl Text {
    fn new(pages: ReadOnlyExec, writer: Arc<Writer>) -> Result<Text> {
        // SAFETY: A `ReadOnlyExec` has whole pages of vmalloc memory, and the mapping is dropped
        // before them.
        let mapping = unsafe { Mapping::new(writer, pages.start(), pages.len()) }?;

        Ok(Text { mapping, pages })
    }

    /// Makes text of pages and their mapping.
    pub(super) fn from_parts(pages: ReadOnlyExec, mapping: Mapping) -> Text {
        Text { mapping, pages }
    }

    /// Publishes text of the kernel's cache, which is full of traps.
    ///
    /// # Errors
    ///
    /// Those of [`Mapping::new`], and then the text is given back.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn borrowed(range: ExecmemRange, writer: Arc<Writer>) -> Result<Text> {
        Text::new(ReadOnlyExec::borrowed(range), writer)
    }

    /// Returns the first address.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.pages.start()
    }

    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.pages.len()
    }

    /// Returns what the page tables say by which the page at `offset` is written, if that are not
    /// the kernel's own.
    ///
    /// # Errors
    ///
    /// `ERANGE` if there is no such page.
    pub(crate) fn writer_entry(&self, offset: usize) -> Result<Option<Entry>> {
        self.mapping.entry(offset)
    }

    /// Returns whether it is text of the kernel's cache.
    pub(crate) fn is_borrowed(&self) -> bool {
        self.pages.is_borrowed()
    }

    /// Begins to write.
    ///
    /// The kernel's page tables never hold a writable translation of text: only this CPU can reach
    /// it until the write ends. The port makes what was written fetchable, and no CPU
    /// needs to be told.
    ///
    /// # Safety
    ///
    /// As [`Mapping::enter`].
    ///
    /// # Errors
    ///
    /// As [`Mapping::enter`].
    #[inline]
    pub(crate) unsafe fn write<'a>(&'a self, scope: &'a WriteScope) -> Result<WriteGuard<'a>> {
        // SAFETY: By this function's safety requirements, the text stays.
        unsafe { self.mapping.enter(scope) }
    }

    /// Begins to write much.
    ///
    /// # Safety
    ///
    /// As [`ChunkedWrite::new`].
    ///
    /// # Errors
    ///
    /// As [`Mapping::enter`].
    #[inline]
    pub(crate) unsafe fn write_chunked<'a>(
        &'a self,
        scope: &'a WriteScope,
    ) -> Result<ChunkedWrite<'a>> {
        // SAFETY: By this function's safety requirements, the text stays.
        unsafe { ChunkedWrite::new(&self.mapping, scope) }
    }

    /// Begins to write much, in a task of our own.
    ///
    /// # Safety
    ///
    /// As [`ChunkedWrite::new`].
    ///
    /// # Context
    ///
    /// Process context, may sleep, but for the guard.
    #[inline]
    pub(crate) unsafe fn write_chunked_in_task<'a>(
        &'a self,
        guard: &'a ScopeGuard,
    ) -> ChunkedWrite<'a> {
        // SAFETY: By this function's safety requirements, the text stays.
        unsafe { ChunkedWrite::new_in_task(&self.mapping, guard) }
    }

    /// Goes on in this text with what was begun in another.
    ///
    /// # Safety
    ///
    /// As [`ChunkedWrite::new`].
    #[inline]
    pub(crate) unsafe fn go_on<'a>(&'a self, pieces: &mut ChunkedWrite<'a>) {
        // SAFETY: By this function's safety requirements, the text stays.
        unsafe { pieces.turn_to(&self.mapping) };
    }
}
