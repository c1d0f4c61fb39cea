// SPDX-License-Identifier: GPL-2.0

//! What the kernel calls: an interrupt that wakes the worker, and the shrinker.

use kernel::{page::PAGE_SIZE, prelude::*};

use crate::{
    allocator::Allocator,
    boundary::{instance, prototypes::check_prototypes},
};

check_prototypes! {
    jit_rust_woken,
    jit_rust_shrink_count,
    jit_rust_shrink_scan,
}

/// `jit_helper_wake()` has been called.
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_woken() {
    // SAFETY: The module is not unloaded before this has returned: it waits for it.
    if let Some(allocator) = unsafe { instance::get() } {
        Allocator::queue_worker(allocator);
    }
}

/// How many pages the kernel could have back.
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_shrink_count() -> c_ulong {
    // SAFETY: The module is not unloaded before the shrinker is unregistered.
    unsafe { instance::get() }.map_or(0, |allocator| allocator.empty_bytes() / PAGE_SIZE)
}

/// The kernel wants them back. Returns how many pages it will get.
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_shrink_scan() -> c_ulong {
    // SAFETY: The module is not unloaded before the shrinker is unregistered.
    unsafe { instance::get() }.map_or(0, |allocator| allocator.shrink() / PAGE_SIZE)
}
