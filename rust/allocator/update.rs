// SPDX-License-Identifier: GPL-2.0

//! How text is written: the short way for the first bytes of a block, and the way for all else,
//! which knows every mistake.

use core::ptr::NonNull;
use kernel::prelude::*;

use crate::{
    allocator::Allocator,
    arch::{self, ChunkedWrite, WriteGuard, WriteScope},
    memory::text::Text,
    pool::pack::{Memory, Pack},
    sys::{misuse::Caller, rcu::RcuReader},
};

impl Allocator {
    /// Writes `len` bytes at `dst` by `write`, which is told where in the pack, if they are the
    /// first of live text, and not more than [`arch::CHUNK`]. Returns [`None`] if they are not.
    ///
    /// # Context
    ///
    /// Any but NMI.
    #[inline]
    pub(crate) fn update_first(
        &self,
        dst: *mut u8,
        len: usize,
        scope: &WriteScope,
        write: impl FnOnce(&WriteGuard<'_>, usize) -> Result,
    ) -> Option<()> {
        let pack = self.registry.find(dst.addr(), scope)?;
        // If the block is freed meanwhile, it is not reused before interrupts are let in.
        let offset = pack.first(dst.addr(), len)?;
        let Memory::Text(text) = pack.memory() else {
            return None;
        };

        if len > arch::CHUNK {
            return None;
        }
        // SAFETY: The text stays as long as interrupts are off.
        let writing = unsafe { text.write(scope) }.ok()?;

        write(&writing, offset).ok()
    }

    /// Writes `len` bytes of live text at `dst`, by `write`, which is told for each piece where in
    /// the pack it is, how many bytes are before it, and how many it has.
    ///
    /// Two who write the same bytes at the same time leave a mixture.
    ///
    /// # Errors
    ///
    /// `EINVAL` if `dst` is null, `EFAULT` if it is not in a live allocation, `EACCES` if that is
    /// data, or written in place, `ERANGE` if the write would cross its end, `EBUSY` if this CPU is
    /// writing already.
    ///
    /// # Context
    ///
    /// Any but NMI.
    pub(crate) fn update(
        &self,
        dst: *mut u8,
        len: usize,
        scope: &WriteScope,
        write: impl Fn(&WriteGuard<'_>, usize, usize, usize) -> Result,
    ) -> Result {
        // A block that is freed meanwhile is not reused before the lock is given back.
        let held = arch::hold(scope);
        let (_, text, offset) = self.writable(dst, len, &held)?;
        // SAFETY: The text stays as long as the lock is held.
        let mut pieces = unsafe { text.write_chunked(scope) }?;

        pieces.each(len, |writing, before, now| {
            write(writing, offset.wrapping_add(before), before, now)
        })
    }

    /// Writes many pieces of live text, which `next` returns one after the other: where, from where
    /// and how many bytes.
    ///
    /// # Safety
    ///
    /// What `next` returns as a source is kernel memory, valid for reads of as many bytes.
    ///
    /// # Errors
    ///
    /// As [`Allocator::update`], for the first that is not written; that of `next`.
    ///
    /// # Context
    ///
    /// Any but NMI.
    pub(crate) unsafe fn update_batch(
        &self,
        scope: &WriteScope,
        mut next: impl FnMut() -> Option<Result<(*mut u8, NonNull<u8>, usize)>>,
    ) -> Result {
        // A block that is freed meanwhile is not reused before the lock is given back.
        let held = arch::hold(scope);
        let copy = |pieces: &mut ChunkedWrite<'_>, offset: usize, src: NonNull<u8>, len| {
            pieces.each(len, move |writing, before, now| {
                // SAFETY: By this function's own requirements; a piece is inside the source.
                unsafe { writing.copy(offset.wrapping_add(before), src.add(before), now) }
            })
        };

        let Some(update) = next() else {
            return Ok(());
        };
        let (dst, src, len) = update?;
        let (mut pack, text, offset) = self.writable(dst, len, &held)?;
        // SAFETY: The text stays as long as the lock is held.
        let mut pieces = unsafe { text.write_chunked(scope) }?;

        copy(&mut pieces, offset, src, len)?;
        while let Some(update) = next() {
            let (dst, src, len) = update?;
            // What is written at once is mostly near to each other, and begins a block.
            let offset = match pack.first(dst.addr(), len) {
                Some(offset) => offset,
                None => {
                    let (next, text, offset) = self.writable(dst, len, &held)?;

                    // SAFETY: The text stays as long as the lock is held.
                    unsafe { text.go_on(&mut pieces) };
                    pack = next;
                    offset
                }
            };

            copy(&mut pieces, offset, src, len)?;
        }
        Ok(())
    }

    /// Returns the text in which `len` bytes at `dst` can be written, with its pack, and where in it
    /// they are.
    ///
    /// # Errors
    ///
    /// As [`Allocator::update`].
    // Not inlined, so that a batch, which seldom comes here, keeps its registers.
    #[inline(never)]
    fn writable<'a>(
        &'a self,
        dst: *mut u8,
        len: usize,
        held: &'a impl RcuReader,
    ) -> Result<(&'a Pack, &'a Text, usize)> {
        if dst.is_null() {
            return Err(EINVAL);
        }
        let addr = dst.addr();
        let pack = self.registry.find(addr, held).ok_or(EFAULT)?;
        let found = pack.find(addr).or_else(|| pack.find_inside(addr));
        let (block, left) = found.ok_or(EFAULT)?;
        if !block.is_live() {
            return Err(EFAULT);
        }
        let text = pack.memory().text().ok_or(EACCES)?;
        if len > left {
            return Err(ERANGE);
        }
        Ok((pack, text, addr.wrapping_sub(pack.start())))
    }

    /// Copies `len` bytes from `src` to the text that begins at `start` in `pack` and that `owner`
    /// has just allocated. If that is not possible, frees it and returns [`None`].
    ///
    /// # Safety
    ///
    /// `src` is kernel memory, valid for reads of `len` bytes.
    ///
    /// # Context
    ///
    /// As [`Allocator::update_first`].
    #[inline(always)]
    pub(crate) unsafe fn copy_new(
        &self,
        (start, pack): (NonNull<u8>, &Pack),
        owner: Caller,
        src: NonNull<u8>,
        len: usize,
        scope: &WriteScope,
    ) -> Option<NonNull<u8>> {
        let copy = || {
            let Memory::Text(text) = pack.memory() else {
                return None;
            };
            // SAFETY: The text stays as long as interrupts are off.
            let writing = unsafe { text.write(scope) }.ok()?;
            let offset = start.addr().get().wrapping_sub(pack.start());

            // SAFETY: By this function's own requirements.
            unsafe { writing.copy(offset, src, len) }.ok()
        };

        if copy().is_none() {
            self.free_new(start, owner, scope);
            return None;
        }
        Some(start)
    }

    /// Frees what could not be written.
    #[cold]
    #[inline(never)]
    fn free_new(&self, start: NonNull<u8>, owner: Caller, scope: &WriteScope) {
        self.free(start.as_ptr().cast(), owner, scope);
    }
}
