// SPDX-License-Identifier: GPL-2.0

//! What a free does in the caller's context.

use kernel::prelude::*;

use crate::{
    allocator::Allocator,
    params::JitType,
    pool::pack::Pack,
    sys::{
        misuse::{Caller, Misuse},
        rcu::RcuReader,
    },
};

impl Allocator {
    /// Frees the allocation that starts at `buf`; null is none. If no live one does, reports
    /// `caller`'s mistake.
    ///
    /// # Context
    ///
    /// Any.
    #[inline]
    pub(crate) fn free(&self, buf: *mut c_void, caller: Caller, reading: &impl RcuReader) {
        let addr = buf.addr();
        let Some(pack) = self.registry.find(addr, reading) else {
            if !buf.is_null() {
                self.report(Misuse::FreeForeign, buf, caller, None);
            }
            return;
        };
        let Some((block, size)) = pack.kill(addr) else {
            return self.report_free(pack, buf, caller);
        };

        self.wake_worker();
        if block.is_counted() {
            self.accounts.remove(block, size);
        }
        if let Some(ty) = JitType::from_raw(block.ty()) {
            self.stats.free(ty, size);
        }
    }

    /// Reports the free of `buf`, which is in `pack`, and where no live block begins.
    #[cold]
    fn report_free(&self, pack: &Pack, buf: *mut c_void, caller: Caller) {
        let (misuse, block) = pack.explain(buf.addr());
        let owner = block.map(|block| Caller::from_u32(block.owner()));

        self.report(misuse, buf, caller, owner);
    }
}
