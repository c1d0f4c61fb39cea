// SPDX-License-Identifier: GPL-2.0

//! For the ports that do not know what an entry of a page table allows.

#[cfg(port_arm)]
use kernel::bindings;

/// A translation. There is none.
#[derive(Clone, Copy)]
pub(crate) enum Entry {}

impl Entry {
    /// Returns whether there is one.
    pub(crate) fn is_mapped(self) -> bool {
        match self {}
    }

    /// Returns whether the kernel may write through it.
    pub(crate) fn is_writable(self) -> bool {
        match self {}
    }

    /// Returns whether the kernel may run what is there.
    pub(crate) fn is_executable(self) -> bool {
        match self {}
    }

    /// Returns whether user space may read, write or run what is there.
    pub(crate) fn is_user(self) -> bool {
        match self {}
    }

    /// Returns whether both are the same page of memory.
    pub(crate) fn is_same_page(self, _other: Entry) -> bool {
        match self {}
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
