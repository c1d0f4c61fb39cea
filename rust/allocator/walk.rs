// SPDX-License-Identifier: GPL-2.0

//! A walk over all live blocks, without a lock, in the order of their addresses.

use kernel::sync::rcu;

use crate::{
    allocator::registry::Registry,
    pool::pack::{LiveBlock, Pack},
    sys::rcu::RcuReader,
};

/// Blocks that are visited under one hold of the read lock.
pub(crate) const PART: usize = 512;

/// How far a walk has come.
///
/// Nothing is held in between, so it may rest as long as it likes. A block that is live all the
/// while is visited once; one that is allocated or freed meanwhile may be visited or not.
pub(crate) struct Walk {
    next: usize,
}

impl Walk {
    /// Begins at the lowest address.
    pub(crate) const fn new() -> Walk {
        Walk { next: 0 }
    }

    /// Begins at `addr`.
    pub(crate) const fn from(addr: usize) -> Walk {
        Walk { next: addr }
    }

    /// Returns the next live block, and the pack that it is in.
    ///
    /// # Context
    ///
    /// Any.
    pub(crate) fn next<'a>(
        &mut self,
        registry: &'a Registry,
        reading: &'a impl RcuReader,
    ) -> Option<(&'a Pack, LiveBlock)> {
        loop {
            let pack = registry.find_from(self.next, reading)?;

            if let Some(live) = pack.live_from(self.next.max(pack.start())) {
                self.next = live.addr.wrapping_add(1);
                return Some((pack, live));
            }
            self.next = pack.start().wrapping_add(pack.len());
        }
    }
}

impl Registry {
    /// Calls `visit` with each live block, under the read lock of RCU, which is given back from
    /// time to time.
    ///
    /// # Context
    ///
    /// Process context.
    pub(crate) fn each_live(&self, mut visit: impl FnMut(&Pack, LiveBlock)) {
        let mut walk = Walk::new();

        loop {
            let reading = rcu::read_lock();

            for _ in 0..PART {
                let Some((pack, live)) = walk.next(self, &reading) else {
                    return;
                };

                visit(pack, live);
            }
        }
    }
}
