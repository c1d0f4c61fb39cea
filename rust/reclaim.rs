// SPDX-License-Identifier: GPL-2.0

//! Freed allocations, from the free to the return of their memory.
//!
//! A free is a push onto a lock-free list. Whoever reclaims takes the whole list through one grace
//! period, so its cost is shared by all that was freed meanwhile. Three kinds of stragglers are
//! waited for: tasks that were preempted inside text (RCU tasks), CPUs where RCU is not watching
//! (RCU tasks rude), as ftrace does for its trampolines, and readers of the registry (RCU).

use core::ptr::NonNull;
use kernel::{bindings, prelude::*, types::Opaque};

use crate::{
    abi,
    allocation::{Allocation, Memory},
    kfn::Kfn,
    registry::Registry,
};

/// Allocations that have been freed.
///
/// # Invariants
///
/// Every node of the list is that of an [`Allocation`] that is dying and still registered.
pub(crate) struct Graveyard {
    head: Opaque<bindings::llist_head>,
}

// SAFETY: The list is lock-free, and its entries are `Send`.
unsafe impl Send for Graveyard {}

// SAFETY: The list is lock-free, and its entries are `Sync`.
unsafe impl Sync for Graveyard {}

/// An allocation that its caller has just killed.
///
/// # Invariants
///
/// [`Allocation::kill`] returned true to the one who made this value.
pub(crate) struct Killed<'a>(&'a Allocation);

impl<'a> Killed<'a> {
    /// Kills `allocation`, unless that has been done before.
    pub(crate) fn new(allocation: &'a Allocation) -> Option<Killed<'a>> {
        // INVARIANT: `kill()` returned true.
        allocation.kill().then_some(Killed(allocation))
    }
}

impl Graveyard {
    /// Makes an empty one.
    pub(crate) fn new() -> Graveyard {
        Graveyard {
            head: Opaque::new(bindings::llist_head::default()),
        }
    }

    /// Adds an allocation, which the registry keeps until it is reclaimed.
    ///
    /// # Context
    ///
    /// Any.
    pub(crate) fn bury(&self, killed: Killed<'_>) {
        // SAFETY: The list is initialised. By the invariant of `Killed`, nobody else links the
        // node, and a dying allocation stays where it is until it is taken off the list.
        unsafe { abi::jit_helper_llist_add(killed.0.node(), self.head.get()) };
    }

    /// Takes everything back that was freed before, and returns how many allocations that was.
    ///
    /// # Context
    ///
    /// Process context, sleeps for a grace period if there was anything. One at a time.
    pub(crate) fn reclaim(
        &self,
        kfn: Kfn,
        registry: &Registry,
        mut done: impl FnMut(&Allocation),
    ) -> usize {
        // SAFETY: The list is initialised.
        let first = unsafe { abi::jit_helper_llist_del_all(self.head.get()) };
        // INVARIANT: The nodes were on the list, and nobody else can take them from it now.
        let batch = Batch(first);
        if batch.is_empty() {
            return 0;
        }

        // SAFETY: May be called from process context.
        unsafe { bindings::synchronize_rcu_tasks() };
        // SAFETY: May be called from process context.
        unsafe { bindings::synchronize_rcu_tasks_rude() };

        let mut nr = 0_usize;
        for allocation in batch.iter() {
            let mut registry = registry.lock();

            if let Memory::Text(text) = allocation.memory() {
                // The pages are about to be unmapped: stale code could not run anyway.
                let _ = text.poison(kfn);
            }
            done(allocation);
            registry.remove(allocation.start().addr().get());
            nr = nr.saturating_add(1);
        }

        // SAFETY: May be called from process context.
        unsafe { bindings::synchronize_rcu() };
        // SAFETY: All of the batch was just removed, and a grace period has passed since.
        unsafe { batch.free() };
        nr
    }
}

/// Allocations that have been taken from the graveyard.
///
/// # Invariants
///
/// Every node of the list is that of an [`Allocation`] which was registered as a [`KBox`], which is
/// dying, and which nobody else frees.
struct Batch(*mut bindings::llist_node);

impl Batch {
    fn is_empty(&self) -> bool {
        self.0.is_null()
    }

    fn iter(&self) -> impl Iterator<Item = &Allocation> {
        self.nodes().map(|allocation| {
            // SAFETY: By the type invariant, the allocation is valid as long as the batch is.
            unsafe { allocation.as_ref() }
        })
    }

    /// Frees the allocations.
    ///
    /// # Safety
    ///
    /// None of them is registered any more, and nobody still uses a reference from when they were.
    unsafe fn free(self) {
        for allocation in self.nodes() {
            // SAFETY: By the type invariant, it was a `KBox`; the caller answers for the rest.
            drop(unsafe { KBox::from_raw(allocation.as_ptr()) });
        }
    }

    /// Iterates over the allocations. Each may be freed once the iterator has returned it.
    fn nodes(&self) -> impl Iterator<Item = NonNull<Allocation>> {
        let mut next = self.0;

        core::iter::from_fn(move || {
            let node = NonNull::new(next)?;

            // SAFETY: By the type invariant the node is valid; its allocation is not freed before
            // this function has returned it.
            next = unsafe { node.as_ref() }.next;
            // SAFETY: By the type invariant it is the node of an allocation.
            Some(unsafe { Allocation::from_node(node) })
        })
    }
}
