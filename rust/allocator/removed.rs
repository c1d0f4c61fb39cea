// SPDX-License-Identifier: GPL-2.0

//! Packs that are in no pool and not in the registry any more, until no reader sees them.

use core::ptr;
use kernel::sync::Arc;

use crate::pool::pack::Pack;

/// A pack that has been removed, and that readers may still see.
///
/// # Invariants
///
/// The pointer comes from [`Arc::into_raw`], and its reference belongs to the value.
pub(crate) struct Removed(*const Pack);

// SAFETY: The reference to a pack may be dropped on any CPU.
unsafe impl Send for Removed {}

impl Removed {
    /// Takes over a reference to a pack that was just removed.
    ///
    /// # Safety
    ///
    /// `pack` comes from [`Arc::into_raw`], and its reference has no other owner.
    pub(super) unsafe fn new(pack: *const Pack) -> Removed {
        // INVARIANT: By this function's safety requirements.
        Removed(pack)
    }

    /// Drops the reference.
    ///
    /// # Safety
    ///
    /// A grace period of [`synchronize_readers`](super::reclaim::synchronize_readers) has passed since
    /// the pack was removed.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) unsafe fn free(self) {
        // SAFETY: By the type invariant.
        drop(unsafe { Arc::from_raw(self.0) });
    }
}

/// Packs that have been removed, and that readers may still see, in the order in which they were.
///
/// They are linked through themselves, so that to add one needs no memory.
///
/// # Invariants
///
/// `first` and `last` are null, or the first and the last of a list of packs, each with a reference
/// from [`Arc::into_raw`] that belongs to the list. Each links the one behind it, the last null.
pub(crate) struct RemovedPacks {
    first: *const Pack,
    last: *const Pack,
}

// SAFETY: The references to packs may be dropped on any CPU.
unsafe impl Send for RemovedPacks {}

impl RemovedPacks {
    /// Makes an empty list.
    pub(crate) const fn new() -> RemovedPacks {
        // INVARIANT: It is empty.
        RemovedPacks {
            first: ptr::null(),
            last: ptr::null(),
        }
    }

    /// Returns whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_null()
    }

    /// Adds a pack.
    pub(crate) fn push(&mut self, removed: Removed) {
        // SAFETY: By the type invariant, it is null, or the list has a reference to the pack.
        match unsafe { self.last.as_ref() } {
            Some(last) => last.set_next(removed.0),
            None => self.first = removed.0,
        }
        // INVARIANT: It was just linked, and no pack that was never in a list links another. Its
        // reference belongs to the list now.
        self.last = removed.0;
    }

    /// Drops the references.
    ///
    /// # Safety
    ///
    /// A grace period of [`synchronize_readers`](super::reclaim::synchronize_readers) has passed
    /// since the last pack was added.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) unsafe fn free(&mut self) {
        let mut next = self.first;

        // INVARIANT: The list is empty; those that were in it are freed below.
        *self = RemovedPacks::new();
        while !next.is_null() {
            // SAFETY: By the type invariant, the list had a reference to the pack, which comes from
            // `Arc::into_raw()`.
            let pack = unsafe { Arc::from_raw(next) };

            next = pack.next();
        }
    }
}
