// SPDX-License-Identifier: GPL-2.0

//! `stats`: the counters, one a line.

use kernel::{bindings, seq_file::SeqFile, seq_print};

use crate::{
    allocator::Allocator,
    boundary::{debugfs::show, prototypes::check_prototypes},
};

check_prototypes! {
    jit_rust_show_stats,
}

/// Shows the counters.
///
/// # Safety
///
/// As [`show`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_show_stats(m: *mut bindings::seq_file) {
    // SAFETY: By this function's own requirements.
    unsafe { show(m, stats) };
}

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
