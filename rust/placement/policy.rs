// SPDX-License-Identifier: GPL-2.0

//! Policy: sizes of grains and packs, steps of growth, bounds of caches and of the backlog.
//!
//! Pure: imports `core` only, so that the host can test it.

/// Bytes of a grain, the unit of what a pack hands out. Every block begins at a multiple of it.
pub(crate) const GRAIN: usize = 32;

/// A pool that holds less for each CPU that allocates does not have freed memory reclaimed sooner
/// because it grows: the grace period would cost more than the memory does.
const PATIENCE: usize = 4 << 20;

/// Grains of the windows of a pool's first pack, when the length of its blocks is not known.
const FIRST_WINDOW: usize = 4;

/// Most grains of a window. Heads of lists take two bytes: 16 KiB of a large page of 2 MiB.
const MOST_WINDOW: usize = 8;

/// Least bytes of a small step.
const LEAST_STEP: usize = 16 << 10;

/// Large pages that may be borrowed of the kernel's own cache at a time.
const BORROWED: usize = 6;

/// A pack of small pages has this fraction of a large page.
const SMALL_PACK_FRACTION: usize = 8;

/// A pool that holds less than a large page grows by this fraction of what it holds.
const STEP_FRACTION: usize = 4;

/// A pool that holds more than that grows by this fraction, as long as it borrows parts of large
/// pages.
const BORROWED_FRACTION: usize = 8;

/// Large pages from which on it borrows no more.
const BORROWS_BELOW: usize = 3;

/// Least bytes that may wait for their grace period, for each CPU that allocates, before it is
/// begun at once.
const LEAST_BACKLOG: usize = 2 << 20;

/// This fraction of what is held may wait as well.
const BACKLOG_FRACTION: usize = 16;

/// Bytes allocated between two looks at the backlog: to add up what all CPUs have freed takes as
/// long as an allocation.
const LOOK: usize = 256 << 10;

/// Least bytes that an allocation counts for: it refills a per-CPU cache as well.
const LEAST_TAKEN: usize = 32 << 10;

/// This fraction of what a pool holds may be cached by all CPUs together.
const CACHE_FRACTION: usize = 64;

/// A pack from which no block was allocated for so many rounds of the worker is given back. As long
/// as there are empty packs beyond the reserve, there is a round every [`RECLAIM_DELAY_MS`].
const ROUNDS: u32 = 10;

/// Milliseconds between the first free and the beginning of the grace period that it shares with
/// all frees until then.
pub(crate) const RECLAIM_DELAY_MS: u32 = 100;

/// Milliseconds between two looks of a task that waits for the worker, at most.
pub(crate) const PAUSE_MS: i64 = 16;

/// Milliseconds of CPU hotplug after which an allocation that waits for memory gives up.
pub(crate) const PATIENCE_MS: i64 = 100;

/// Milliseconds of CPU hotplug after which a barrier says that it waits for its end.
pub(crate) const STALL_MS: i64 = 10_000;

/// How a pool gets room for an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Growth {
    /// By a pack of a large page.
    Large,
    /// By a pack of that many bytes, whole pages.
    Small(usize),
    /// The allocation is larger than a pack, and has that many bytes, whole pages, for itself.
    Dedicated(usize),
}

/// Returns how many bytes may be borrowed of the kernel's own cache at a time, which has large
/// pages of `pmd` bytes.
pub(crate) const fn borrowed(pmd: usize) -> usize {
    pmd.saturating_mul(BORROWED)
}

/// Iterates over the sizes to try instead of a pack of `pack` bytes for which there is no memory,
/// no address or no budget: halves, down to what `size` bytes need in pages of `page`, but not less
/// than a small step if that is possible.
pub(crate) fn smaller_packs(pack: usize, size: usize, page: usize) -> impl Iterator<Item = usize> {
    let need = size.checked_next_multiple_of(page);
    let mut next = pack;

    core::iter::from_fn(move || {
        let need = need?;

        if next <= need {
            return None;
        }
        next = if next / 2 < LEAST_STEP {
            need
        } else {
            (next / 2).max(need)
        };
        Some(next)
    })
}

/// Returns how many bytes a pack has: a large page of `pmd` bytes if its memory is one, and less if
/// it is not, because then nothing is gained by more.
pub(crate) const fn pack_size(pmd: usize, is_large: bool) -> usize {
    if is_large {
        pmd
    } else {
        pmd / SMALL_PACK_FRACTION
    }
}

/// Returns the default limit of what all allocations together may hold, with `memory` bytes of
/// memory and `area` bytes of addresses in the smallest range: half of either. The other half of
/// the addresses is for others who need them, above all the kernel's own modules.
pub(crate) fn default_limit(memory: usize, area: usize) -> usize {
    memory.min(area) / 2
}

/// Returns how many grains `size` bytes take.
pub(crate) const fn grains(size: usize) -> usize {
    size.div_ceil(GRAIN)
}

/// Returns how a pool that holds `held` bytes gets room for `size` more, with pages of `page` and
/// large pages of `pmd` bytes, of which it may borrow parts if it `borrows`. [`None`] if there are
/// no such sizes.
pub(crate) fn growth(
    held: usize,
    size: usize,
    page: usize,
    pmd: usize,
    borrows: bool,
) -> Option<Growth> {
    let wanted = size.checked_next_multiple_of(page)?;
    if wanted > pmd {
        return Some(Growth::Dedicated(wanted));
    }
    let fraction = if held < pmd {
        STEP_FRACTION
    } else if borrows && held < pmd.saturating_mul(BORROWS_BELOW) {
        BORROWED_FRACTION
    } else {
        return Some(Growth::Large);
    };
    let step = (held / fraction)
        .max(LEAST_STEP)
        .max(wanted)
        .checked_next_multiple_of(page)?;

    Some(if step >= pmd {
        Growth::Large
    } else {
        Growth::Small(step)
    })
}

/// Returns how many grains the windows of a new pack have in which the records of blocks are looked
/// for, in a pool that has `blocks` blocks of `grains` grains in all: as many as a block has, but
/// not so many that the lists are long when short ones come.
pub(crate) fn window(grains: usize, blocks: usize) -> usize {
    match grains.checked_div(blocks) {
        Some(grains) => grains.clamp(1, MOST_WINDOW),
        None => FIRST_WINDOW,
    }
}

/// Returns whether a pool that holds `held` bytes, of which `cpus` CPUs allocate, has `waiting`
/// bytes reclaimed at once, rather than after a while, when it grows.
pub(crate) fn expedites(held: usize, waiting: usize, cpus: usize) -> bool {
    waiting > 0 && held >= PATIENCE.saturating_mul(cpus.max(1))
}

/// Returns how many bytes may wait for their grace period, of `held`, if `cpus` CPUs allocate.
pub(crate) fn backlog(held: usize, cpus: usize) -> usize {
    LEAST_BACKLOG
        .saturating_mul(cpus.max(1))
        .max(held / BACKLOG_FRACTION)
}

/// Returns whether `waiting` bytes are more than may wait for their grace period before it is begun
/// at once, or may be until the next look.
pub(crate) fn is_backlogged(waiting: usize, held: usize, cpus: usize) -> bool {
    waiting.saturating_add(LOOK) > backlog(held, cpus)
}

/// Returns how many bytes an allocation of `size` counts for, at least as many as it takes.
pub(crate) fn taken(size: usize) -> usize {
    size.max(LEAST_TAKEN)
}

/// Returns whether it is time for a look at the backlog, when `taken` bytes are allocated after
/// `before` bytes.
pub(crate) fn is_time_to_look(before: usize, taken: usize) -> bool {
    before / LOOK != before.wrapping_add(taken) / LOOK
}

/// Returns how many bytes each of `cpus` CPUs may cache, of a pool that holds `held`.
pub(crate) fn cached(held: usize, cpus: usize) -> usize {
    (held / CACHE_FRACTION).checked_div(cpus).unwrap_or(0)
}

/// Which of its empty packs a pool retains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retain {
    /// Those that come to so many bytes.
    Bytes(usize),
    /// The same, and those from which blocks were allocated lately.
    Recent(usize),
}

impl Retain {
    /// Returns how many bytes are retained in any case.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Retain::Bytes(bytes) | Retain::Recent(bytes) => bytes,
        }
    }

    /// Returns whether an empty pack is retained from which no block was allocated for `rounds`
    /// rounds of the worker.
    pub(crate) fn retains(self, rounds: u32) -> bool {
        match self {
            Retain::Bytes(_) => false,
            Retain::Recent(_) => rounds < ROUNDS,
        }
    }
}
