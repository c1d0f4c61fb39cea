// SPDX-License-Identifier: GPL-2.0

//! For the ports that do not know what an entry of a page table allows.

#[cfg(port_arm)]
use kernel::bindings;

/// A translation that allows nothing; nobody has one.
#[derive(Clone, Copy)]
pub(crate) struct Entry(());

impl Entry {
    /// Returns whether there is one.
    pub(crate) fn is_mapped(self) -> bool {
        false
    }

    /// Returns whether the kernel may write through it.
    pub(crate) fn is_writable(self) -> bool {
        false
    }

    /// Returns whether the kernel may run what is there.
    pub(crate) fn is_executable(self) -> bool {
        false
    }

    /// Returns whether user space may read, write or run what is there.
    pub(crate) fn is_user(self) -> bool {
        false
    }

    /// Returns whether both are the same page of memory.
    pub(crate) fn is_same_page(self, _other: Entry) -> bool {
        false
    }
}

/// The kernel's page tables. They cannot be locked.
pub(crate) enum PageTables {}

impl PageTables {
    /// Returns [`None`].
    pub(crate) fn lock() -> Option<PageTables> {
        None
    }

    /// Returns what they say of a kernel address.
    pub(crate) fn kernel(&self, _addr: usize) -> Entry {
        match *self {}
    }

    /// Returns what they say of the direct map of the page that `entry` translates to.
    pub(crate) fn direct(&self, _entry: Entry) -> Option<Entry> {
        match *self {}
    }
}

/// Returns [`None`], for an address space as well.
///
/// # Safety
///
/// None here.
#[cfg(port_arm)]
pub(crate) unsafe fn private(_mm: *mut bindings::mm_struct, _at: usize) -> Option<Entry> {
    None
}
