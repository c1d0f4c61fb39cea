// SPDX-License-Identifier: GPL-2.0

//! `/sys/kernel/debug/jitalloc/`: what is loaded and what is live, for root.

use kernel::{debugfs::Scope, fmt, prelude::*, sync::Arc};

use crate::{
    allocator::Allocator,
    params::{JitType, KASAN_SHADOW, ROX_CACHE},
};

/// Files that show an allocator.
pub(crate) type Files = Scope<Arc<Allocator>>;

/// Makes the directory and its files. They are readable by root only, and none is writable.
pub(crate) fn files(allocator: Arc<Allocator>) -> impl PinInit<Files> {
    Scope::dir(allocator, c"jitalloc", |allocator, dir| {
        dir.read_callback_file(c"params", allocator, &params);
        dir.read_callback_file(c"stats", allocator, &stats);
        dir.read_callback_file(c"live", allocator, &live);
    })
}

/// The table of ranges as loaded, one type a line.
fn params(allocator: &Arc<Allocator>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(
        f,
        "# type start end fallback_start fallback_end pgprot alignment flags"
    )?;
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

        writeln!(
            f,
            "{} {:#x} {:#x} {:#x} {:#x} {} {:#x} {}",
            ty.name(),
            range.start,
            range.end,
            range.fallback_start,
            range.fallback_end,
            range.prot.name(),
            range.alignment,
            flags,
        )?;
    }
    Ok(())
}

/// The counters, one a line.
fn stats(allocator: &Arc<Allocator>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
        writeln!(f, "{name} {value}")?;
    }
    Ok(())
}

/// What is live, one type a line.
fn live(allocator: &Arc<Allocator>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "# type allocations bytes")?;
    for ty in JitType::ALL {
        let live = allocator.live(ty);

        writeln!(f, "{} {} {}", ty.name(), live.count, live.bytes)?;
    }
    Ok(())
}
