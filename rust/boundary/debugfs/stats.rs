// SPDX-License-Identifier: GPL-2.0

//! `stats`: the counters, one a line.

use kernel::{bindings, seq_file::SeqFile, seq_print};

use crate::{
    allocator::Allocator,
    boundary::{debugfs::show, prototypes::check_prototypes},
    pool::stats::Sum,
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
    let (waiting, reclaimed) = (stats.waiting(), stats.reclaimed());
    let (mut packs, mut bookkeeping, mut free) = (0_usize, 0_usize, 0_usize);
    let mut refills = Sum::default();
    let names = allocator.names.lock().nr();
    let caches = allocator.caches();

    for pool in caches.and(allocator.pools()) {
        let (nr, bytes) = pool.bookkeeping();

        packs = packs.wrapping_add(nr);
        bookkeeping = bookkeeping.wrapping_add(bytes);
        free = free.wrapping_add(pool.free_bytes());
        refills = refills.and(pool.refills());
    }
    for (name, value) in [
        ("limit_bytes", budget.limit()),
        ("held_bytes", budget.spent()),
        ("borrowed_bytes", allocator.borrowed_bytes()),
        ("free_bytes", free),
        ("pending_bytes", waiting.bytes),
        ("bookkeeping_bytes", bookkeeping),
        ("packs", packs),
        ("packs_made", stats.packs_made.get()),
        ("packs_returned", stats.packs_returned.get()),
        ("caches", caches.nr()),
        ("names", names),
        ("allocs", allocs.count),
        ("failures", stats.failures.get()),
        ("frees", frees.count),
        ("reclaimed", reclaimed.count),
        ("refills", refills.count),
        ("refilled_blocks", refills.bytes),
        ("waits", stats.waits.get()),
        ("barriers", stats.barriers.get()),
        ("grace_periods", stats.grace_periods.get()),
        // CAST: It may wrap, as the others may.
        ("worker_runs", allocator.runs() as usize),
        ("misuses", stats.misuses.get()),
    ] {
        seq_print!(m, "{name} {value}\n");
    }
}
