// SPDX-License-Identifier: GPL-2.0

//! What page tables say of an address.
//!
//! C source: `page_tables.c`, and `port.h` of the port.

use kernel::{bindings, types::NotThreadSafe};

use crate::sys::abi;

/// A translation, or none.
#[derive(Clone, Copy)]
pub(crate) struct Entry(abi::jit_entry);

impl Entry {
    fn has(self, flag: u32) -> bool {
        self.0.flags & flag != 0
    }

    /// Returns whether there is one.
    pub(crate) fn is_mapped(self) -> bool {
        self.has(abi::JIT_ENTRY_MAPPED)
    }

    /// Returns whether the kernel may write through it.
    pub(crate) fn is_writable(self) -> bool {
        self.has(abi::JIT_ENTRY_WRITE)
    }

    /// Returns whether the kernel may run what is there.
    pub(crate) fn is_executable(self) -> bool {
        self.has(abi::JIT_ENTRY_EXEC)
    }

    /// Returns whether user space may read, write or run what is there.
    pub(crate) fn is_user(self) -> bool {
        self.has(abi::JIT_ENTRY_USER)
    }

    /// Returns whether both are the same page of memory.
    pub(crate) fn is_same_page(self, other: Entry) -> bool {
        self.is_mapped() && other.is_mapped() && self.0.pfn == other.0.pfn
    }
}

/// The kernel's page tables, none of which is freed until this is dropped.
///
/// # Invariants
///
/// The lock of `jit_tables_lock()` is held.
pub(crate) struct PageTables(NotThreadSafe);

impl PageTables {
    /// Locks them. [`None`] if this kernel's can't be locked.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn lock() -> Option<PageTables> {
        // SAFETY: May be called from process context.
        let is_locked = unsafe { abi::jit_tables_lock() };

        // INVARIANT: It was just taken.
        is_locked.then_some(PageTables(NotThreadSafe))
    }

    /// Returns what they say of a kernel address.
    pub(crate) fn kernel(&self, addr: usize) -> Entry {
        // SAFETY: By the type invariant, the lock is held.
        Entry(unsafe { abi::jit_tables_kernel(addr) })
    }

    /// Returns what they say of the direct map of the page that `entry` translates to, which is
    /// memory.
    pub(crate) fn direct(&self, entry: Entry) -> Option<Entry> {
        // SAFETY: By the type invariant, the lock is held.
        let direct = || Entry(unsafe { abi::jit_tables_direct(entry.0.pfn) });

        entry.is_mapped().then(direct)
    }
}

impl Drop for PageTables {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, the lock is held.
        unsafe { abi::jit_tables_unlock() };
    }
}

/// Returns what the page tables of an address space say, if that is known.
///
/// # Safety
///
/// No process has `mm`, and `at` stays mapped in it meanwhile.
pub(crate) unsafe fn private(mm: *mut bindings::mm_struct, at: usize) -> Option<Entry> {
    // SAFETY: By this function's safety requirements.
    Some(Entry(unsafe { abi::jit_tables_private(mm, at) }))
}
