// SPDX-License-Identifier: GPL-2.0

//! How text that was written in place becomes text.

use kernel::prelude::*;

use crate::{
    allocator::Allocator,
    pool::pack::Memory, //
};

impl Allocator {
    /// Makes text of the allocation that begins at `buf` and that its owner has written in place.
    ///
    /// # Errors
    ///
    /// `EINVAL` if `buf` is null, `EFAULT` if no live allocation begins there, `EACCES` if it is data
    /// or text, `EBUSY` if another task is about to make it text; `ENOMEM`, and others of
    /// `set_memory_rox()`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn restore_rox(&self, buf: *mut c_void) -> Result {
        let addr = buf.addr();

        if buf.is_null() {
            return Err(EINVAL);
        }
        // If it is freed meanwhile, it is only text before it goes.
        let pack = self.registry.get(addr).ok_or(EFAULT)?;
        let (block, _) = pack.find(addr).ok_or(EFAULT)?;

        if !block.is_live() {
            return Err(EFAULT);
        }
        let Memory::InPlace(memory) = pack.memory() else {
            return Err(EACCES);
        };

        memory.restore_rox(self.backing.kfn, self.backing.writer.clone())
    }
}
