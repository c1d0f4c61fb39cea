// SPDX-License-Identifier: GPL-2.0

//! `/sys/kernel/debug/jitalloc/`: what is loaded and what is live, for root. A file of the
//! directory has one here.
//!
//! C source: `debugfs.c`, which says why it has a part of it.

mod blocks;
mod check_wx;
mod histograms;
mod live;
mod owners;
mod packs;
mod params;
mod stats;
mod watch;

use kernel::{bindings, seq_file::SeqFile};

use crate::{allocator::Allocator, boundary::instance, sys::abi};

/// The files, until this is dropped. They are for root only.
pub(crate) struct Files(());

impl Files {
    /// Makes the directory and its files. There is one at a time, because the module's state owns
    /// it.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn new() -> Files {
        // SAFETY: May be called from process context.
        unsafe { abi::jit_debugfs_create() };
        Files(())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // SAFETY: They were made, and may be removed from process context.
        unsafe { abi::jit_debugfs_remove() };
    }
}

/// Has `print` write to `m`, if there is an allocator.
///
/// # Safety
///
/// As [`instance::get`]; `m` is a file that is being read.
unsafe fn show<T>(
    m: *mut bindings::seq_file,
    print: impl FnOnce(&Allocator, &SeqFile) -> T,
) -> Option<T> {
    // SAFETY: The module is not unloaded while a file of it is open.
    let allocator = unsafe { instance::get() }?;

    // SAFETY: By this function's own requirements; this task alone reads it.
    Some(print(&allocator, unsafe { SeqFile::from_raw(m) }))
}

/// Returns whether who reads `m` sees addresses.
///
/// # Safety
///
/// `m` is a file that is being read.
unsafe fn shows_addresses(m: *mut bindings::seq_file) -> bool {
    // SAFETY: By this function's own requirements.
    unsafe { abi::jit_debugfs_shows_addresses(m) }
}
