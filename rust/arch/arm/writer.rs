// SPDX-License-Identifier: GPL-2.0

//! Text is written by the kernel's own patching, with interrupts off.
//!
//! C source: `writer.c`.

use core::{marker::PhantomData, ops::Range, ptr::NonNull};
use kernel::{
    prelude::*,
    sync::{rcu, Arc}, //
};

use crate::{
    arch::no_page_tables::Entry,
    sys::{abi, fault, irq, kfn::Kfn, rcu::RcuReader},
};

/// What has to be held from the lookup of text to the end of a write: interrupts are off.
pub(crate) use irq::Off as WriteScope;

/// A [`WriteScope`] that ends when this is dropped.
pub(crate) use irq::Guard as ScopeGuard;

/// Holds what was found although a long write lets interrupts in.
///
/// # Context
///
/// Any but NMI.
#[inline]
pub(crate) fn hold(_scope: &WriteScope) -> impl RcuReader {
    rcu::read_lock()
}

/// Bytes that are written at most while interrupts are off: each word takes a mapping.
pub(crate) const CHUNK: usize = 2048;

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
/// `len` bytes of text begin at `text`, as long as the value exists. The functions of the set are
/// resolved.
pub(crate) struct Mapping {
    text: usize,
    len: usize,
}

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
        // INVARIANT: By this function's safety requirements; a `Writer` was made with a `Kfn`.
        Ok(Mapping {
            text: start.addr().get(),
            len,
        })
    }

    /// Returns [`None`]: there is no other mapping of the text.
    ///
    /// # Errors
    ///
    /// None here.
    pub(crate) fn entry(&self, _offset: usize) -> Result<Option<Entry>> {
        Ok(None)
    }

    /// Begins to write this text.
    ///
    /// # Safety
    ///
    /// The text stays as long as interrupts are off.
    ///
    /// # Errors
    ///
    /// `EBUSY` if this CPU is writing already, and the caller is a handler that a tracer has put
    /// there.
    pub(crate) unsafe fn enter<'a>(&'a self, _scope: &'a WriteScope) -> Result<WriteGuard<'a>> {
        // SAFETY: Interrupts are off, by the scope.
        if !fault::point!(writer_enter, unsafe { abi::jit_writer_enter() }) {
            return Err(EBUSY);
        }
        // INVARIANT: It was just begun; the caller says that the text stays.
        Ok(WriteGuard {
            mapping: self,
            _here: PhantomData,
        })
    }
}

/// A write of text that goes on: interrupts are off.
///
/// # Invariants
///
/// This CPU has begun to write. The text of `mapping` stays as long as interrupts are off.
pub(crate) struct WriteGuard<'a> {
    mapping: &'a Mapping,
    _here: PhantomData<*mut ()>,
}

impl WriteGuard<'_> {
    /// Lets interrupts in, which are `off`.
    ///
    /// # Safety
    ///
    /// The text stays meanwhile.
    ///
    /// # Errors
    ///
    /// `EBUSY`, which cannot be: whoever has come meanwhile has ended his write.
    unsafe fn pause(&mut self, off: &WriteScope) -> Result {
        // SAFETY: By the type invariant; interrupts are off.
        unsafe { abi::jit_writer_leave() };
        // SAFETY: The caller says that the text stays, and nothing else depends on it.
        unsafe { off.pause() };
        // SAFETY: Interrupts are off again.
        match unsafe { abi::jit_writer_enter() } {
            true => Ok(()),
            false => Err(EBUSY),
        }
    }

    fn place(&self, offset: usize, len: usize) -> Result<usize> {
        match self.mapping.len.checked_sub(offset) {
            Some(left) if len <= left => Ok(self.mapping.text.wrapping_add(offset)),
            _ => Err(ERANGE),
        }
    }

    /// Copies `len` bytes from `src` to `offset`.
    ///
    /// # Safety
    ///
    /// `src` is kernel memory, valid for reads of `len` bytes.
    ///
    /// # Errors
    ///
    /// `ERANGE` if that is not inside the text; nothing is written then.
    pub(crate) unsafe fn copy(&self, offset: usize, src: NonNull<u8>, len: usize) -> Result {
        let text = self.place(offset, len)?;

        // SAFETY: By the type invariants, the text is there. The source is valid by this function's
        // safety requirements.
        unsafe { abi::jit_writer_copy(text, src.as_ptr().cast(), len) };
        Ok(())
    }

    /// Fills `len` bytes at `offset`.
    ///
    /// # Errors
    ///
    /// `ERANGE` if that is not inside the text; nothing is written then.
    pub(crate) fn set(&self, offset: usize, byte: u8, len: usize) -> Result {
        let text = self.place(offset, len)?;

        // SAFETY: By the type invariants, the text is there.
        unsafe { abi::jit_writer_set(text, byte, len) };
        Ok(())
    }

    /// Fills `len` bytes at `offset` with traps.
    ///
    /// # Errors
    ///
    /// Those of [`WriteGuard::set`].
    pub(crate) fn set_traps(&self, offset: usize, len: usize) -> Result {
        let text = self.place(offset, len)?;

        // SAFETY: By the type invariants, the text is there.
        unsafe { abi::jit_writer_set_traps(text, len) };
        Ok(())
    }
}

impl Drop for WriteGuard<'_> {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, this CPU has begun; interrupts are off.
        unsafe { abi::jit_writer_leave() };
    }
}

/// A write of any length, in pieces: interrupts are let in after each [`CHUNK`] bytes.
///
/// # Invariants
///
/// The text stays even while they are.
pub(crate) struct ChunkedWrite<'a> {
    writing: WriteGuard<'a>,
    off: &'a WriteScope,
    left: usize,
}

impl<'a> ChunkedWrite<'a> {
    /// Begins to write the text of `mapping`.
    ///
    /// # Safety
    ///
    /// The text stays although interrupts are let in.
    ///
    /// # Errors
    ///
    /// As [`Mapping::enter`].
    pub(crate) unsafe fn new(
        mapping: &'a Mapping,
        scope: &'a WriteScope,
    ) -> Result<ChunkedWrite<'a>> {
        // INVARIANT: By this function's safety requirements.
        Ok(ChunkedWrite {
            // SAFETY: By this function's safety requirements.
            writing: unsafe { mapping.enter(scope) }?,
            off: scope,
            left: CHUNK,
        })
    }

    /// Begins to write the text of `mapping`, in a task that is in no handler.
    ///
    /// # Safety
    ///
    /// As [`ChunkedWrite::new`].
    pub(crate) unsafe fn new_in_task(
        mapping: &'a Mapping,
        guard: &'a ScopeGuard,
    ) -> ChunkedWrite<'a> {
        // SAFETY: Interrupts are off, by the guard. It succeeds, for a task is in no write.
        unsafe { abi::jit_writer_enter() };
        // INVARIANT: By this function's safety requirements.
        ChunkedWrite {
            // INVARIANT: It was just begun.
            writing: WriteGuard {
                mapping,
                _here: PhantomData,
            },
            off: guard,
            left: CHUNK,
        }
    }

    /// Goes on in the text of `mapping`, which has the same writer.
    ///
    /// # Safety
    ///
    /// As [`ChunkedWrite::new`].
    pub(crate) unsafe fn turn_to(&mut self, mapping: &'a Mapping) {
        // INVARIANT: By this function's safety requirements.
        self.writing.mapping = mapping;
    }

    /// Calls `write` with how many bytes are before a piece, and how many it has, until it has
    /// written `len`.
    ///
    /// # Errors
    ///
    /// That of `write`.
    pub(crate) fn each(
        &mut self,
        len: usize,
        write: impl Fn(&WriteGuard<'_>, usize, usize) -> Result,
    ) -> Result {
        let mut done = 0;

        // Nothing is checked, too.
        if len == 0 {
            return write(&self.writing, 0, 0);
        }
        while done < len {
            if self.left == 0 {
                // SAFETY: By the type invariant.
                unsafe { self.writing.pause(self.off) }?;
                self.left = CHUNK;
            }
            let now = len.wrapping_sub(done).min(self.left);

            write(&self.writing, done, now)?;
            self.left = self.left.wrapping_sub(now);
            done = done.wrapping_add(now);
        }
        Ok(())
    }
}
