// SPDX-License-Identifier: GPL-2.0

//! How text is written: the short way for the first bytes of a block, and the way for all else,
//! which knows every mistake.

use kernel::prelude::*;

use crate::{
    allocator::Allocator,
    arch::{self, WriteGuard, WriteScope},
    pool::pack::Memory,
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
        let addr = dst.addr();
        let pack = self.registry.find(addr, scope)?;
        // If the block is freed meanwhile, it is not reused before interrupts are let in.
        let (block, size) = pack.find(addr)?;
        let Memory::Text(text) = pack.memory() else {
            return None;
        };

        if !block.is_live() || len > size || len > arch::CHUNK {
            return None;
        }
        // SAFETY: The text stays as long as interrupts are off.
        let writing = unsafe { text.write(scope) }.ok()?;

        write(&writing, addr.wrapping_sub(pack.start())).ok()
    }

    /// Writes `len` bytes of live text at `dst`, by `write`, which is told for each piece where in
    /// the pack it is, how many bytes are before it, and how many it has.
    ///
    /// Two who write the same bytes at the same time leave a mixture.
    ///
    /// # Errors
    ///
    /// `EINVAL` if `dst` is null, `EFAULT` if it is not in a live allocation, `EACCES` if that is
    /// data, `ERANGE` if the write would cross its end, `EBUSY` if this CPU is writing already.
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
        let addr = dst.addr();

        if dst.is_null() {
            return Err(EINVAL);
        }
        // A block that is freed meanwhile is not reused before the lock is given back.
        let held = arch::hold(scope);
        let pack = self.registry.find(addr, &held).ok_or(EFAULT)?;
        let (block, left) = pack.find_inside(addr).ok_or(EFAULT)?;
        if !block.is_live() {
            return Err(EFAULT);
        }
        let Memory::Text(text) = pack.memory() else {
            return Err(EACCES);
        };
        if len > left {
            return Err(ERANGE);
        }

        let offset = addr.wrapping_sub(pack.start());
        // SAFETY: The text stays as long as the lock is held.
        let mut pieces = unsafe { text.write_chunked(scope) }?;

        pieces.each(len, |writing, before, now| {
            write(writing, offset.wrapping_add(before), before, now)
        })
    }
}
