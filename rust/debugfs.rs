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

    writeln!(f, "limit_bytes {}", budget.limit())?;
    writeln!(f, "held_bytes {}", budget.spent())?;
    for (name, counter) in [
        ("allocs", &stats.allocs),
        ("failures", &stats.failures),
        ("frees", &stats.frees),
        ("updates", &stats.updates),
        ("updated_bytes", &stats.updated_bytes),
        ("grace_periods", &stats.grace_periods),
        ("pending_bytes", &stats.pending_bytes),
        ("misuses", &stats.misuses),
    ] {
        writeln!(f, "{} {}", name, counter.get())?;
    }
    Ok(())
}

/// What is live, one type a line.
fn live(allocator: &Arc<Allocator>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "# type allocations bytes")?;
    for ty in JitType::ALL {
        let live = allocator.stats().live(ty);

        writeln!(f, "{} {} {}", ty.name(), live.count.get(), live.bytes.get())?;
    }
    Ok(())
}
