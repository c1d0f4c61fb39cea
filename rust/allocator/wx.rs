// SPDX-License-Identifier: GPL-2.0

//! A look at the page tables of all packs, on demand.
//!
//! Only the worker takes packs away, and others come at the end of their pool, so with the worker
//! kept from it each pack that is there all the while is looked at once. Allocations, writes and
//! frees go on, and so does growth, between the packs.

use crate::{
    allocator::Allocator,
    arch::PageTables,
    memory::wx::Wrong,
    pool::Pool, //
};

/// What a look came to.
pub(crate) struct Looked {
    /// Pages of all packs.
    pub(crate) pages: usize,
    /// How many of them are wrong.
    pub(crate) wrong: usize,
}

impl Allocator {
    /// Calls `report` with each page of which the page tables do not say what they should. Returns
    /// [`None`] if this kernel's can't be looked at.
    ///
    /// # Context
    ///
    /// Process context. Sleeps for a grace period if the worker does.
    pub(crate) fn check_wx(&self, mut report: impl FnMut(Wrong)) -> Option<Looked> {
        let reclaimer = self.reclaimer.lock();
        let caches = self.caches.lock();
        let mut looked = Looked { pages: 0, wrong: 0 };

        for pool in caches.and(self.pools()) {
            let mut wrong = |wrong| {
                looked.wrong = looked.wrong.wrapping_add(1);
                report(wrong);
            };

            looked.pages = looked.pages.wrapping_add(pool.check_wx(&mut wrong)?);
        }
        drop(caches);
        drop(reclaimer);
        Some(looked)
    }
}

impl Pool {
    fn check_wx(&self, wrong: &mut impl FnMut(Wrong)) -> Option<usize> {
        let (mut place, mut pages) = (0_usize, 0_usize);

        loop {
            let next = {
                let mut packs = self.packs.lock();

                packs.entries().get(place).map(|entry| entry.pack.clone())
            };
            let Some(pack) = next else {
                return Some(pages);
            };
            // Not for longer: others may want to make a large page of theirs, or part of one.
            let tables = PageTables::lock()?;

            pages = pages.wrapping_add(pack.memory().check_wx(&tables, &mut *wrong));
            place = place.wrapping_add(1);
        }
    }
}
