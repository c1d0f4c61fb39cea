// SPDX-License-Identifier: GPL-2.0

//! When blocks were allocated, as long as somebody watches.
//!
//! An allocation does not look at the time. Who watches is called for each by the tracepoint that
//! it has anyway, so nothing of this costs anything otherwise.

use kernel::sync::rcu;

use crate::{allocator::Allocator, placement::birth::Birth, pool::pack::Pack, sys::rcu::RcuReader};

impl Allocator {
    /// Forgets when blocks were allocated. To be called before somebody begins to watch: what he has
    /// noted before was of blocks that may be others now.
    ///
    /// # Context
    ///
    /// Process context.
    pub(crate) fn forget_births(&self) {
        let mut next = 0;

        loop {
            let reading = rcu::read_lock();
            let Some(pack) = self.registry.find_from(next, &reading) else {
                return;
            };

            // A block that comes later has no birth yet.
            pack.records().forget_births();
            next = pack.start().wrapping_add(pack.len());
        }
    }

    /// Notes that the block at `addr` was allocated `ms` milliseconds after somebody began to watch,
    /// and that it took `ns`.
    ///
    /// # Context
    ///
    /// Any. Nobody has freed the block yet.
    pub(crate) fn note_birth(&self, addr: usize, ms: u64, ns: u64, reading: &impl RcuReader) {
        let pack = self.registry.find(addr, reading);

        if let Some(record) = pack.and_then(|pack| Pack::record_at(pack, addr)) {
            record.set_birth(Birth::at(ms));
        }
        self.stats().alloc_ns.add(ns);
    }
}
