// SPDX-License-Identifier: GPL-2.0

//! The address space in which text is writable, for the ports that have one.
//!
//! C source: `private_mm.c`, which says why it is one, and `writer.c` of the port.

use core::{ops::Range, ptr::NonNull};
use kernel::{
    bindings,
    error::to_result,
    prelude::*,
    sync::{rcu, Arc}, //
};

use crate::{
    arch::page_tables::{self, Entry},
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

/// Bytes that are written at most while interrupts are off.
pub(crate) const CHUNK: usize = 16384;

/// The address space.
///
/// # Invariants
///
/// - `mm` is an address space that no process has and that `self` owns.
/// - Text at an address `a` of `origin..origin + len` is mapped at `base + (a - origin)`, if at
///   all; that is an address of user space.
pub(crate) struct Writer {
    mm: NonNull<bindings::mm_struct>,
    base: usize,
    origin: usize,
    len: usize,
}

// SAFETY: An address space may be used and freed from any CPU.
unsafe impl Send for Writer {}

// SAFETY: Any number of CPUs may load an address space, and its page tables have a lock.
unsafe impl Sync for Writer {}

impl Writer {
    /// Makes an address space with room for all text, which has addresses of `area`.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn new(_kfn: Kfn, area: Range<usize>) -> Result<Arc<Writer>> {
        let origin = area.start;
        let len = area.end.wrapping_sub(origin);
        // SAFETY: The functions of the set are resolved, since there is a `Kfn`.
        let mm = NonNull::new(unsafe { abi::jit_writer_create() }).ok_or(ENOMEM)?;
        // SAFETY: A function without requirements.
        let base = unsafe { abi::jit_writer_place(origin, len) };

        // INVARIANT: `mm` is new; `base` is the start of `len` bytes of user space.
        let writer = Writer {
            mm,
            base,
            origin,
            len,
        };

        Ok(fault::point!(writer, Arc::new(writer, GFP_KERNEL))?)
    }

    /// Returns where text at `addr` is mapped, if it may be.
    fn place(&self, addr: usize, len: usize) -> Option<usize> {
        let offset = addr.wrapping_sub(self.origin);

        if offset > self.len || len > self.len.wrapping_sub(offset) {
            return None;
        }
        Some(self.base.wrapping_add(offset))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, `mm` is owned by `self`. Every `Mapping` is gone, for each
        // has a reference to `self`.
        unsafe { abi::jit_writer_destroy(self.mm.as_ptr()) };
    }
}

/// Text that is mapped writable in the address space.
///
/// # Invariants
///
/// `len` bytes of text from `text` on are mapped in `writer` from `at` on, which are whole pages.
pub(crate) struct Mapping {
    writer: Arc<Writer>,
    text: usize,
    at: usize,
    len: usize,
}

impl Mapping {
    /// Maps `len` bytes of text at `start`.
    ///
    /// # Safety
    ///
    /// They are whole pages of vmalloc memory, which outlive the mapping.
    ///
    /// # Errors
    ///
    /// `ENOMEM`; `ERANGE` if the text is not where the kernel has its text.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) unsafe fn new(
        writer: Arc<Writer>,
        start: NonNull<u8>,
        len: usize,
    ) -> Result<Mapping> {
        let text = start.addr().get();
        let at = writer.place(text, len).ok_or(ERANGE)?;

        // SAFETY: By the type invariant of `Writer`, `at` is in user space; the pages
        // are vmalloc memory by this function's safety requirements.
        to_result(unsafe {
            abi::jit_writer_map(writer.mm.as_ptr(), at, start.as_ptr().cast(), len)
        })?;
        // INVARIANT: They were just mapped.
        Ok(Mapping {
            writer,
            text,
            at,
            len,
        })
    }

    /// Returns what the page tables of the address space say of the text at `offset`, if that is
    /// known.
    ///
    /// # Errors
    ///
    /// `ERANGE` if that is not inside the mapping.
    pub(crate) fn entry(&self, offset: usize) -> Result<Option<Entry>> {
        if offset >= self.len {
            return Err(ERANGE);
        }
        // SAFETY: By the type invariants, no process has the address space, and the text stays
        // mapped there as long as `self`.
        Ok(unsafe { page_tables::private(self.writer.mm.as_ptr(), self.at.wrapping_add(offset)) })
    }

    /// Loads the address space, to write this text.
    ///
    /// # Safety
    ///
    /// The text stays as long as interrupts are off.
    ///
    /// # Errors
    ///
    /// `EBUSY` if this CPU is writing already, and the caller is a handler that a tracer has put
    /// there.
    #[inline]
    pub(crate) unsafe fn enter<'a>(&'a self, _scope: &'a WriteScope) -> Result<WriteGuard<'a>> {
        // SAFETY: The functions of the set are resolved, since `self` was made with a `Kfn`. By the
        // type invariant of `Writer`, `mm` is an address space; interrupts are off.
        let prev = fault::point!(writer_enter, unsafe {
            abi::jit_writer_enter(self.writer.mm.as_ptr())
        });

        if prev.is_null() {
            return Err(EBUSY);
        }
        // INVARIANT: It was just loaded; the caller says that the text stays.
        Ok(WriteGuard {
            mapping: self,
            prev,
        })
    }

    /// Loads the address space, to write this text, in a task that is in no handler.
    ///
    /// # Safety
    ///
    /// As [`Mapping::enter`].
    unsafe fn enter_in_task<'a>(&'a self, _guard: &'a ScopeGuard) -> WriteGuard<'a> {
        // SAFETY: As in `Mapping::enter()`; a `ScopeGuard` is made by such a task.
        let prev = unsafe { abi::jit_writer_enter_in_task(self.writer.mm.as_ptr()) };

        // INVARIANT: It was just loaded; the caller says that the text stays.
        WriteGuard {
            mapping: self,
            prev,
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, the text is mapped there.
        unsafe { abi::jit_writer_unmap(self.writer.mm.as_ptr(), self.at, self.len) };
    }
}

/// A write of text that goes on: interrupts are off.
///
/// # Invariants
///
/// This CPU has the address space of `mapping` loaded, and is to load `prev` after it. The text
/// stays as long as interrupts are off.
pub(crate) struct WriteGuard<'a> {
    mapping: &'a Mapping,
    prev: *mut c_void,
}

impl WriteGuard<'_> {
    /// Lets interrupts in, which are `off`; and others run, if the caller `may_sleep`.
    ///
    /// # Safety
    ///
    /// The text stays meanwhile.
    unsafe fn pause(&mut self, off: &WriteScope, may_sleep: bool) {
        // SAFETY: By the type invariant; interrupts are off.
        unsafe { abi::jit_writer_leave(self.prev) };
        if may_sleep {
            // SAFETY: The caller says that the text stays, and nothing else depends on it.
            unsafe { off.pause_and_yield() };
        } else {
            // SAFETY: As above.
            unsafe { off.pause() };
        }
        // SAFETY: As in `Mapping::enter()`. It succeeded before, so this is no handler in a write.
        self.prev = unsafe { abi::jit_writer_enter_in_task(self.mapping.writer.mm.as_ptr()) };
    }

    /// Returns where `len` bytes of text at `offset` are mapped, and where they are executed.
    #[inline(always)]
    fn place(&self, offset: usize, len: usize) -> Result<(usize, usize)> {
        let Mapping { text, at, .. } = *self.mapping;

        match self.mapping.len.checked_sub(offset) {
            Some(left) if len <= left => Ok((at.wrapping_add(offset), text.wrapping_add(offset))),
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
    /// `ERANGE` if that is not inside the mapping; nothing is written then.
    #[inline]
    pub(crate) unsafe fn copy(&self, offset: usize, src: NonNull<u8>, len: usize) -> Result {
        let (at, text) = self.place(offset, len)?;

        // SAFETY: By the type invariants, the mapping is mapped writable at `at`, in the address
        // space that is loaded. The source is valid by this function's safety requirements.
        unsafe { abi::jit_writer_copy(at, text, src.as_ptr().cast(), len) };
        Ok(())
    }

    /// Fills `len` bytes at `offset`.
    ///
    /// # Errors
    ///
    /// `ERANGE` if that is not inside the mapping; nothing is written then.
    #[inline]
    pub(crate) fn set(&self, offset: usize, byte: u8, len: usize) -> Result {
        let (at, text) = self.place(offset, len)?;

        // SAFETY: By the type invariants, the mapping is mapped writable at `at`, in the address
        // space that is loaded.
        unsafe { abi::jit_writer_set(at, text, byte, len) };
        Ok(())
    }

    /// Fills `len` bytes at `offset` with traps.
    ///
    /// # Errors
    ///
    /// Those of [`WriteGuard::set`].
    #[inline]
    pub(crate) fn set_traps(&self, offset: usize, len: usize) -> Result {
        let (at, text) = self.place(offset, len)?;

        // SAFETY: By the type invariants, the mapping is mapped writable at `at`, in the address
        // space that is loaded.
        unsafe { abi::jit_writer_set_traps(at, text, len) };
        Ok(())
    }
}

impl Drop for WriteGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: By the type invariant, that is what was loaded before; interrupts are off.
        unsafe { abi::jit_writer_leave(self.prev) };
    }
}

/// A write of any length, in pieces: interrupts are let in after each [`CHUNK`] bytes, and others
/// run who wait for this CPU, if the writer may sleep. Nobody can tell whether a caller of the API
/// may.
///
/// # Invariants
///
/// The text stays even while they are.
pub(crate) struct ChunkedWrite<'a> {
    writing: WriteGuard<'a>,
    off: &'a WriteScope,
    may_sleep: bool,
    left: usize,
}

impl<'a> ChunkedWrite<'a> {
    /// Loads the address space, to write the text of `mapping`.
    ///
    /// # Safety
    ///
    /// The text stays although interrupts are let in.
    ///
    /// # Errors
    ///
    /// As [`Mapping::enter`].
    #[inline]
    pub(crate) unsafe fn new(
        mapping: &'a Mapping,
        scope: &'a WriteScope,
    ) -> Result<ChunkedWrite<'a>> {
        // INVARIANT: By this function's safety requirements.
        Ok(ChunkedWrite {
            // SAFETY: By this function's safety requirements.
            writing: unsafe { mapping.enter(scope) }?,
            off: scope,
            may_sleep: false,
            left: CHUNK,
        })
    }

    /// Loads the address space, to write the text of `mapping`, in a task that is in no handler.
    ///
    /// # Safety
    ///
    /// As [`ChunkedWrite::new`].
    ///
    /// # Context
    ///
    /// Process context, may sleep, but for the guard.
    #[inline]
    pub(crate) unsafe fn new_in_task(
        mapping: &'a Mapping,
        guard: &'a ScopeGuard,
    ) -> ChunkedWrite<'a> {
        // INVARIANT: By this function's safety requirements.
        ChunkedWrite {
            // SAFETY: By this function's safety requirements.
            writing: unsafe { mapping.enter_in_task(guard) },
            off: guard,
            may_sleep: true,
            left: CHUNK,
        }
    }

    /// Goes on in the text of `mapping`, which has the same writer.
    ///
    /// # Safety
    ///
    /// As [`ChunkedWrite::new`].
    #[inline]
    pub(crate) unsafe fn turn_to(&mut self, mapping: &'a Mapping) {
        // INVARIANT: There is one writer, so its address space is loaded; by this function's safety
        // requirements, the text stays.
        self.writing.mapping = mapping;
    }

    /// Calls `write` with how many bytes are before a piece, and how many it has, until it has
    /// written `len`.
    ///
    /// # Errors
    ///
    /// That of `write`.
    #[inline(always)]
    pub(crate) fn each(
        &mut self,
        len: usize,
        write: impl Fn(&WriteGuard<'_>, usize, usize) -> Result,
    ) -> Result {
        if len > self.left {
            return self.many(len, write);
        }
        self.left = self.left.wrapping_sub(len);
        write(&self.writing, 0, len)
    }

    #[cold]
    #[inline(never)]
    fn many(
        &mut self,
        len: usize,
        write: impl Fn(&WriteGuard<'_>, usize, usize) -> Result,
    ) -> Result {
        let mut done = 0;

        while done < len {
            if self.left == 0 {
                // SAFETY: By the type invariant.
                unsafe { self.writing.pause(self.off, self.may_sleep) };
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
