// SPDX-License-Identifier: GPL-2.0

//! `watch`: notes when blocks are allocated, and how long it takes.
//!
//! C source: `boundary/watch.c`.

use kernel::prelude::*;

use crate::{
    boundary::{instance, prototypes::check_prototypes},
    sys::preempt,
};

check_prototypes! {
    jit_rust_watch_begin,
    jit_rust_watched_alloc,
    jit_rust_watched_update,
}

/// Somebody is about to watch.
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_watch_begin() {
    // SAFETY: A file of this module is open.
    if let Some(allocator) = unsafe { instance::get() } {
        allocator.forget_births();
    }
}

/// An allocation has returned `buf`, `elapsed_ms` after somebody began to watch, and has taken `ns`.
///
/// # Safety
///
/// As [`instance::get`]. Preemption is off.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_watched_alloc(
    buf: *const c_void,
    elapsed_ms: u64,
    ns: u64,
) {
    // SAFETY: The caller of the allocation holds this module.
    if let Some(allocator) = unsafe { instance::get() } {
        // SAFETY: By this function's own requirements.
        let off = unsafe { preempt::Off::assume() };

        allocator.note_birth(buf.addr(), elapsed_ms, ns, &off);
    }
}

/// A write has taken `ns`.
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_watched_update(ns: u64) {
    // SAFETY: The caller of the write holds this module.
    if let Some(allocator) = unsafe { instance::get() } {
        allocator.stats().update_ns.add(ns);
    }
}
