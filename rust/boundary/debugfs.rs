// SPDX-License-Identifier: GPL-2.0

//! `/sys/kernel/debug/jitalloc/`: what is loaded and what is live, for root.
//!
//! C source: `debugfs.c`, which says why it has a part of it.

use kernel::{
    bindings,
    seq_file::SeqFile,
    seq_print, //
};

use crate::{
    allocator::{wx::Looked, Allocator},
    boundary::{instance, prototypes::check_prototypes},
    params::{JitType, KASAN_SHADOW, ROX_CACHE},
    sys::abi,
};

check_prototypes! {
    jit_rust_show_params,
    jit_rust_show_stats,
    jit_rust_show_live,
    jit_rust_show_check_wx,
}

/// Most pages that are named.
const WRONG_NAMED: usize = 64;

/// The files, until this is dropped. They are readable by root only, and none is writable.
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
unsafe fn show(m: *mut bindings::seq_file, print: impl FnOnce(&Allocator, &SeqFile)) {
    // SAFETY: The module is not unloaded while a file of it is open.
    if let Some(allocator) = unsafe { instance::get() } {
        // SAFETY: By this function's own requirements; this task alone reads it.
        print(&allocator, unsafe { SeqFile::from_raw(m) });
    }
}

/// Shows the table of ranges.
///
/// # Safety
///
/// As [`show`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_show_params(m: *mut bindings::seq_file) {
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    unsafe { show(m, params) };
}

/// Shows the counters.
///
/// # Safety
///
/// As [`show`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_show_stats(m: *mut bindings::seq_file) {
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    unsafe { show(m, stats) };
}

/// Shows what is live.
///
/// # Safety
///
/// As [`show`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_show_live(m: *mut bindings::seq_file) {
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    unsafe { show(m, live) };
}

/// Looks at the page tables, and shows what is wrong with them.
///
/// # Safety
///
/// As [`show`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_show_check_wx(m: *mut bindings::seq_file) {
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    unsafe { show(m, check_wx) };
}

/// The table of ranges as loaded, one type a line.
fn params(allocator: &Allocator, m: &SeqFile) {
    seq_print!(
        m,
        "# type start end fallback_start fallback_end pgprot alignment flags\n"
    );
    for ty in JitType::ALL {
        let range = allocator.params().range(ty);
        let flags = match (
            range.flags & KASAN_SHADOW != 0,
            range.flags & ROX_CACHE != 0,
        ) {
            (true, true) => "kasan-shadow,rox-cache",
            (true, false) => "kasan-shadow",
            (false, true) => "rox-cache",
            (false, false) => "none",
        };

        seq_print!(
            m,
            "{} {:#x} {:#x} {:#x} {:#x} {} {:#x} {}\n",
            ty.name(),
            range.start,
            range.end,
            range.fallback_start,
            range.fallback_end,
            range.prot.name(),
            range.alignment,
            flags,
        );
    }
}

/// The counters, one a line.
fn stats(allocator: &Allocator, m: &SeqFile) {
    let (stats, budget) = (allocator.stats(), allocator.budget());
    let (allocs, frees) = (allocator.allocs(), stats.frees());
    let waiting = stats.waiting();
    let (mut packs, mut bookkeeping, mut free) = (0_usize, 0_usize, 0_usize);
    let caches = allocator.caches();

    for pool in caches.and(allocator.pools()) {
        let (nr, bytes) = pool.bookkeeping();

        packs = packs.wrapping_add(nr);
        bookkeeping = bookkeeping.wrapping_add(bytes);
        free = free.wrapping_add(pool.free_bytes());
    }
    for (name, value) in [
        ("limit_bytes", budget.limit()),
        ("held_bytes", budget.spent()),
        ("free_bytes", free),
        ("pending_bytes", waiting.bytes),
        ("bookkeeping_bytes", bookkeeping),
        ("packs", packs),
        ("packs_made", stats.packs_made.get()),
        ("packs_returned", stats.packs_returned.get()),
        ("allocs", allocs.count),
        ("failures", stats.failures.get()),
        ("frees", frees.count),
        ("waits", stats.waits.get()),
        ("grace_periods", stats.grace_periods.get()),
        ("misuses", stats.misuses.get()),
    ] {
        seq_print!(m, "{name} {value}\n");
    }
}

/// What is live, one type a line.
fn live(allocator: &Allocator, m: &SeqFile) {
    seq_print!(m, "# type allocations bytes\n");
    for ty in JitType::ALL {
        let live = allocator.live(ty);

        seq_print!(m, "{} {} {}\n", ty.name(), live.count, live.bytes);
    }
}

/// Pages that are wrong, one a line, and how many pages there are. All of a large page are wrong at
/// once, so not all are named.
fn check_wx(allocator: &Allocator, m: &SeqFile) {
    let mut named = 0_usize;
    let Some(Looked { pages, wrong }) = allocator.check_wx(|wrong| {
        if named < WRONG_NAMED {
            let (pool, addr) = (if wrong.is_text { "text" } else { "data" }, wrong.addr);

            seq_print!(m, "{pool} {addr:#x} {}\n", wrong.fault.message());
            named = named.wrapping_add(1);
        }
    }) else {
        seq_print!(m, "unknown\n");
        return;
    };

    seq_print!(m, "pages {pages}\nwrong {wrong}\n");
}
