// SPDX-License-Identifier: GPL-2.0

//! Text is written by the kernel's own poke.
//!
//! C source: `writer.c`.

use core::{
    marker::PhantomData,
    ops::{Deref, Range},
    ptr::NonNull,
};
use kernel::{error::to_result, prelude::*, sync::Arc, types::NotThreadSafe};

use crate::{
    arch::{no_page_tables::Entry, poke::params::TRAP},
    sys::{abi, fault, kfn::Kfn, rcu::RcuReader},
};

/// Bytes that are written at once at most, which is no limit here.
pub(crate) const CHUNK: usize = usize::MAX;

/// Bytes that are filled at once.
const FILL: usize = 256;

/// What has to be held from the lookup of text to the end of a write: the RCU tasks trace lock, for
/// a poke may sleep.
///
/// # Invariants
///
/// It is held as long as the value exists.
pub(crate) struct WriteScope(PhantomData<NotThreadSafe>);

impl WriteScope {
    /// Makes the evidence.
    ///
    /// # Safety
    ///
    /// The lock is held as long as the value exists.
    pub(crate) unsafe fn assume(_flags: usize) -> WriteScope {
        // INVARIANT: By this function's safety requirements.
        WriteScope(PhantomData)
    }
}

// SAFETY: With `WRITES_SLEEP`, `synchronize_readers()` waits for RCU tasks trace, too.
unsafe impl RcuReader for WriteScope {}

/// A [`WriteScope`] that ends when this is dropped.
pub(crate) struct ScopeGuard(WriteScope);

// SAFETY: It has a `WriteScope`.
unsafe impl RcuReader for ScopeGuard {}

impl ScopeGuard {
    /// Takes the lock.
    pub(crate) fn new() -> ScopeGuard {
        // SAFETY: `drop()` gives it back.
        unsafe { abi::jit_writer_lock() };

        // SAFETY: It is held until then.
        ScopeGuard(unsafe { WriteScope::assume(0) })
    }
}

impl Deref for ScopeGuard {
    type Target = WriteScope;

    fn deref(&self) -> &WriteScope {
        &self.0
    }
}

impl Drop for ScopeGuard {
    fn drop(&mut self) {
        // SAFETY: `new()` has taken it.
        unsafe { abi::jit_writer_unlock() };
    }
}

/// Holds what was found although a write sleeps. The scope does that.
pub(crate) fn hold(_scope: &WriteScope) -> impl RcuReader {
    ScopeGuard::new()
}

/// Whatever writes text.
pub(crate) struct Writer(());

impl Writer {
    /// Makes one.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(_kfn: Kfn, _area: Range<usize>) -> Result<Arc<Writer>> {
        Ok(fault::point!(writer, Arc::new(Writer(()), GFP_KERNEL))?)
    }
}

/// Text that can be written.
///
/// # Invariants
///
/// `len` bytes of text begin at `start`, as long as the value exists.
pub(crate) struct Mapping {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: The kernel's poke may be used on any CPU.
unsafe impl Send for Mapping {}

// SAFETY: The kernel's poke may be used on any CPU.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Describes `len` bytes of text at `start`.
    ///
    /// # Safety
    ///
    /// They are whole pages of vmalloc memory, which outlive the mapping.
    ///
    /// # Errors
    ///
    /// None here.
    pub(crate) unsafe fn new(
        _writer: Arc<Writer>,
        start: NonNull<u8>,
        len: usize,
    ) -> Result<Mapping> {
        // INVARIANT: By this function's safety requirements.
        Ok(Mapping { start, len })
    }

    /// Returns [`None`]: there is no other mapping of the text.
    ///
    /// # Errors
    ///
    /// None here.
    pub(crate) fn entry(&self, _offset: usize) -> Result<Option<Entry>> {
        Ok(None)
    }

    /// Begins to write.
    ///
    /// # Safety
    ///
    /// The text stays as long as the scope does.
    ///
    /// # Errors
    ///
    /// None here.
    pub(crate) unsafe fn enter<'a>(&'a self, _scope: &'a WriteScope) -> Result<WriteGuard<'a>> {
        Ok(WriteGuard(self))
    }
}

/// A write of text that goes on.
pub(crate) struct WriteGuard<'a>(&'a Mapping);

impl WriteGuard<'_> {
    /// Copies `len` bytes from `src` to `offset`.
    ///
    /// # Safety
    ///
    /// `src` is kernel memory, valid for reads of `len` bytes.
    ///
    /// # Errors
    ///
    /// `ERANGE` if that is not inside the text; those of the kernel's poke.
    pub(crate) unsafe fn copy(&self, offset: usize, src: NonNull<u8>, len: usize) -> Result {
        if offset > self.0.len || len > self.0.len.wrapping_sub(offset) {
            return Err(ERANGE);
        }
        if len == 0 {
            return Ok(());
        }
        // SAFETY: As was just checked, that is inside the text.
        let dst = unsafe { self.0.start.add(offset) };

        // SAFETY: The source is valid by this function's safety requirements, the text is there by
        // the type invariant.
        to_result(unsafe { abi::jit_writer_copy(dst.as_ptr().cast(), src.as_ptr().cast(), len) })
    }

    /// Fills `len` bytes at `offset`.
    ///
    /// # Errors
    ///
    /// Those of [`WriteGuard::copy`].
    pub(crate) fn set(&self, offset: usize, byte: u8, len: usize) -> Result {
        let bytes = [byte; FILL];
        let mut done = 0;

        if len > self.0.len.saturating_sub(offset) {
            return Err(ERANGE);
        }
        while done < len {
            let now = len.wrapping_sub(done).min(FILL);

            // SAFETY: The source has as many bytes.
            unsafe { self.copy(offset.wrapping_add(done), NonNull::from(&bytes).cast(), now) }?;
            done = done.wrapping_add(now);
        }
        Ok(())
    }

    /// Fills `len` bytes at `offset` with traps.
    ///
    /// # Errors
    ///
    /// Those of [`WriteGuard::set`].
    pub(crate) fn set_traps(&self, offset: usize, len: usize) -> Result {
        let [trap] = TRAP;

        self.set(offset, trap, len)
    }
}

/// A write of any length.
pub(crate) struct ChunkedWrite<'a>(WriteGuard<'a>);

impl<'a> ChunkedWrite<'a> {
    /// Begins to write the text of `mapping`.
    ///
    /// # Safety
    ///
    /// The text stays as long as the scope does.
    ///
    /// # Errors
    ///
    /// None here.
    pub(crate) unsafe fn new(
        mapping: &'a Mapping,
        _scope: &'a WriteScope,
    ) -> Result<ChunkedWrite<'a>> {
        Ok(ChunkedWrite(WriteGuard(mapping)))
    }

    /// Begins to write the text of `mapping`, in a task of our own.
    ///
    /// # Safety
    ///
    /// As [`ChunkedWrite::new`].
    pub(crate) unsafe fn new_in_task(
        mapping: &'a Mapping,
        _guard: &'a ScopeGuard,
    ) -> ChunkedWrite<'a> {
        ChunkedWrite(WriteGuard(mapping))
    }

    /// Goes on in the text of `mapping`, which has the same writer.
    ///
    /// # Safety
    ///
    /// As [`ChunkedWrite::new`].
    pub(crate) unsafe fn turn_to(&mut self, mapping: &'a Mapping) {
        self.0 .0 = mapping;
    }

    /// Calls `write` with how many bytes are before a piece, and how many it has: all at once.
    ///
    /// # Errors
    ///
    /// That of `write`.
    pub(crate) fn each(
        &mut self,
        len: usize,
        write: impl Fn(&WriteGuard<'_>, usize, usize) -> Result,
    ) -> Result {
        write(&self.0, 0, len)
    }
}
