// SPDX-License-Identifier: GPL-2.0

//! Every allocation, by the addresses that it covers.
//!
//! A maple tree maps each byte of an allocation to its record, so that a pointer into the middle
//! finds its owner. Lookups under RCU take no lock and work in any context but NMI; lookups under
//! [`Registry::lock`] keep the record from being removed while they use it.
//!
//! C header: [`include/linux/maple_tree.h`](srctree/include/linux/maple_tree.h)

use core::ptr::NonNull;
use kernel::{
    bindings,
    error::to_result,
    new_mutex,
    prelude::*,
    sync::{lock::mutex::MutexGuard, rcu, Mutex},
    types::Opaque,
};

use crate::allocation::Allocation;

/// The allocations that exist.
///
/// # Invariants
///
/// - Every entry of `tree` is a valid [`Allocation`] that the tree owns, at the addresses
///   `start()..start() + size()`.
/// - An entry is removed under `lock` only, and freed no sooner than a grace period of RCU later.
#[pin_data(PinnedDrop)]
pub(crate) struct Registry {
    #[pin]
    tree: Opaque<bindings::maple_tree>,
    #[pin]
    lock: Mutex<()>,
}

// SAFETY: The tree has a lock of its own, and owns `Allocation`s, which are `Send`.
unsafe impl Send for Registry {}

// SAFETY: The tree has a lock of its own, and shares `Allocation`s, which are `Sync`.
unsafe impl Sync for Registry {}

impl Registry {
    /// Makes an empty registry.
    pub(crate) fn new() -> impl PinInit<Registry> {
        pin_init!(Registry {
            // SAFETY: `slot` is valid for writes; the tree is destroyed when it is dropped.
            tree <- Opaque::ffi_init(|slot| unsafe {
                bindings::mt_init_flags(slot, bindings::MT_FLAGS_USE_RCU)
            }),
            lock <- new_mutex!((), "jitalloc::registry"),
        })
    }

    /// Keeps allocations from being added and removed.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn lock(&self) -> Guard<'_> {
        Guard {
            registry: self,
            _lock: self.lock.lock(),
        }
    }

    /// Returns the allocation that covers `addr`, dying ones included.
    ///
    /// # Context
    ///
    /// Any but NMI.
    pub(crate) fn find<'a>(&'a self, addr: usize, _rcu: &'a rcu::Guard) -> Option<&'a Allocation> {
        let entry = self.load(addr)?;

        // SAFETY: By the type invariants, the entry is valid for a grace period after it was in
        // the tree, which the read lock prevents from ending.
        Some(unsafe { entry.as_ref() })
    }

    fn load(&self, addr: usize) -> Option<NonNull<Allocation>> {
        // SAFETY: The tree is initialised.
        let entry = unsafe { bindings::mtree_load(self.tree.get(), addr) };

        NonNull::new(entry.cast())
    }
}

#[pinned_drop]
impl PinnedDrop for Registry {
    fn drop(self: Pin<&mut Self>) {
        // SAFETY: The tree is initialised, and nobody else refers to it.
        unsafe { bindings::mtree_destroy(self.tree.get()) };
    }
}

/// The locked registry.
pub(crate) struct Guard<'a> {
    registry: &'a Registry,
    _lock: MutexGuard<'a, ()>,
}

impl Guard<'_> {
    /// Adds an allocation.
    ///
    /// # Errors
    ///
    /// `ENOMEM`, and `EEXIST` if another one covers some of its addresses.
    pub(crate) fn insert(&mut self, allocation: KBox<Allocation>) -> Result {
        let first = allocation.start().addr().get();
        let last = allocation.last();
        let entry = KBox::into_raw(allocation);

        // SAFETY: The tree is initialised.
        let inserted = to_result(unsafe {
            bindings::mtree_insert_range(
                self.registry.tree.get(),
                first,
                last,
                entry.cast(),
                bindings::GFP_KERNEL,
            )
        });
        if inserted.is_err() {
            // SAFETY: `entry` comes from `KBox::into_raw()`, and the tree did not take it.
            drop(unsafe { KBox::from_raw(entry) });
        }
        // INVARIANT: On success the tree owns the allocation.
        inserted
    }

    /// Returns the allocation that covers `addr`, dying ones included.
    pub(crate) fn find(&self, addr: usize) -> Option<&Allocation> {
        let entry = self.registry.load(addr)?;

        // SAFETY: By the type invariants, the entry is valid, and it is not removed while the lock
        // is held.
        Some(unsafe { entry.as_ref() })
    }

    /// Removes the allocation that covers `addr`, and passes it to the caller.
    ///
    /// Readers under RCU may still see it: it must not be freed before a grace period has passed.
    pub(crate) fn remove(&mut self, addr: usize) -> Option<NonNull<Allocation>> {
        // SAFETY: The tree is initialised.
        let entry = unsafe { bindings::mtree_erase(self.registry.tree.get(), addr) };

        // INVARIANT: The lock is held; the caller has to wait.
        NonNull::new(entry.cast())
    }

    /// Returns the allocation with the lowest address from `*addr` on, and moves `*addr` behind it.
    pub(crate) fn next(&self, addr: &mut usize) -> Option<&Allocation> {
        // SAFETY: The tree is initialised, and `addr` is valid for reads and writes.
        let entry = unsafe { bindings::mt_find(self.registry.tree.get(), addr, usize::MAX) };

        // SAFETY: By the type invariants, the entry is null or valid, and it is not removed while
        // the lock is held.
        unsafe { entry.cast::<Allocation>().as_ref() }
    }
}
