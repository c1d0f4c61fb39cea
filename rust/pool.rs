// SPDX-License-Identifier: GPL-2.0

//! A pool: the packs of one range of addresses, and per-CPU caches of their blocks.

mod grow;
pub(crate) mod histogram;
pub(crate) mod inspect;
pub(crate) mod magazine;
pub(crate) mod pack;
pub(crate) mod pack_state;
pub(crate) mod packs;
pub(crate) mod predictors;
mod reclaim;
pub(crate) mod record_slabs;
pub(crate) mod slot;
pub(crate) mod stats;

use kernel::{
    cpu, new_mutex, new_spinlock,
    prelude::*,
    sync::{
        atomic::{Atomic, Relaxed},
        Arc, Mutex, SpinLock,
    },
};

use crate::{
    arch::{self, Writer},
    memory::budget::Budget,
    params::{JitRange, JitType, Layout, NR_TYPES},
    placement::{
        active_cpus::ActiveCpus,
        policy::{self, GRAIN},
    },
    pool::{
        magazine::Magazine,
        pack::Pack,
        pack_state::Carved,
        packs::Packs,
        predictors::Predictors,
        record_slabs::RecordSlab,
        slot::Slot,
        stats::{Sum, Tally},
    },
    sys::{
        fault,
        kfn::Kfn,
        random,
        try_lock::{TryGuard, TryLock},
        vec,
    },
};

/// Blocks that the worker coalesces under one hold of the lock.
pub(crate) const PART: usize = 64;

/// Blocks that an allocation coalesces before it looks whether that was enough.
const FEW: usize = 8;

/// Most blocks that an allocation splits off at once.
const CARVED: u16 = 6;

/// Where the memory of pools comes from.
pub(crate) struct Backing {
    /// The right to call the kernel's functions.
    pub(crate) kfn: Kfn,
    /// Facts of the running kernel.
    pub(crate) layout: Layout,
    /// Where text is written.
    pub(crate) writer: Arc<Writer>,
    /// What all pools together may hold.
    pub(crate) budget: Arc<Budget>,
    /// What all pools together may borrow of the kernel's own cache of text.
    pub(crate) borrowed: Arc<Budget>,
    /// Bytes that each module may have, or 0. If it is not, no CPU caches anything.
    pub(crate) owner_limit: Atomic<usize>,
    /// Whether nobody is to guess where blocks and packs are.
    pub(crate) is_hardened: bool,
    /// What has branch predictors forget an owner's text before the next one's is there, if that was
    /// asked for.
    pub(crate) predictors: Option<Arc<Predictors>>,
    /// Not zero if that cache had no room for a large page when it was last asked.
    pub(crate) is_execmem_full: Atomic<u32>,
}

/// The cache of a CPU.
struct CpuCache {
    magazine: TryLock<Magazine>,
    /// Allocations from the magazine, by type, counted by the holder of its lock.
    allocs: [Tally; NR_TYPES],
    /// Refills of the magazine, and the blocks of them, counted in the same way.
    refills: Tally,
}

/// The packs of one range.
///
/// Lock order: `growing`, then `packs`. A magazine is only ever tried.
#[pin_data]
pub(crate) struct Pool {
    backing: Arc<Backing>,
    range: JitRange,
    is_text: bool,
    #[pin]
    growing: Mutex<()>,
    #[pin]
    pub(crate) packs: SpinLock<Packs>,
    cpus: KVVec<KBox<CpuCache>>,
    pub(crate) held: Atomic<usize>,
    pub(crate) active_cpus: ActiveCpus,
}

impl Pool {
    /// Makes an empty pool of text or data in `range`, shared by all or private to a `jit_cache`.
    /// There are no per-CPU caches of a private one; nor if places are random, for the blocks of a
    /// refill, and those that come back, would have an order; nor if it matters whose text there was
    /// in a pack, for an allocation from there does not look.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(
        backing: Arc<Backing>,
        range: JitRange,
        is_text: bool,
        is_shared: bool,
    ) -> Result<Arc<Pool>> {
        let is_cached = is_shared && !backing.is_hardened && backing.predictors.is_none();
        let cpus = if is_cached { cpu::nr_cpu_ids() } else { 0 } as usize;
        let cpus = vec::filled(cpus, || {
            let cpu_cache = CpuCache {
                magazine: TryLock::new(Magazine::new()),
                allocs: [const { Tally::new() }; NR_TYPES],
                refills: Tally::new(),
            };

            fault::point!(cpu_cache);
            Ok(KBox::new(cpu_cache, GFP_KERNEL)?)
        })?;

        fault::point!(pool);
        Arc::pin_init(
            pin_init!(Pool {
                backing,
                range,
                is_text,
                growing <- new_mutex!((), "jitalloc::growing"),
                packs <- new_spinlock!(Packs::new(), "jitalloc::pool"),
                cpus,
                held: Atomic::new(0),
                active_cpus: ActiveCpus::new(),
            }),
            GFP_KERNEL,
        )
    }

    /// Returns whether this is where text, or data, of `range` goes.
    pub(crate) fn is_for(&self, range: &JitRange, is_text: bool) -> bool {
        self.is_text == is_text && self.range.is_same_place(range)
    }

    /// Returns whether it is one of text.
    pub(crate) fn is_text(&self) -> bool {
        self.is_text
    }

    /// Returns how many bytes its packs have.
    pub(crate) fn held(&self) -> usize {
        self.held.load(Relaxed)
    }

    /// Returns the magazine of this CPU, unless it is in use just now, and what counts its refills.
    /// It is still safe to use when the task has gone to another CPU.
    #[inline]
    fn magazine(&self) -> Option<(TryGuard<'_, Magazine>, &Tally)> {
        let cpu = cpu::CpuId::current().as_u32() as usize;
        let CpuCache {
            magazine, refills, ..
        } = &**self.cpus.get(cpu)?;

        Some((magazine.try_lock()?, refills))
    }

    /// Takes a block for `size` bytes of type `ty` from the cache of CPU number `cpu`, and counts
    /// it.
    #[inline(always)]
    pub(crate) fn alloc_cached(&self, cpu: usize, ty: JitType, size: usize) -> Option<Slot> {
        let CpuCache {
            magazine, allocs, ..
        } = &**self.cpus.get(cpu)?;
        let mut magazine = magazine.try_lock()?;
        let slot = magazine.pop(policy::grains(size))?;

        allocs[ty.index()].add(size);
        Some(slot)
    }

    /// Returns what [`Pool::alloc_cached`] has taken of `ty`.
    pub(crate) fn allocs(&self, ty: JitType) -> Sum {
        self.cpus.iter().fold(Sum::default(), |sum, cpu| {
            sum.and(cpu.allocs[ty.index()].sum())
        })
    }

    /// Returns how often per-CPU caches were refilled, and in place of bytes with how many blocks.
    pub(crate) fn refills(&self) -> Sum {
        self.cpus
            .iter()
            .fold(Sum::default(), |sum, cpu| sum.and(cpu.refills.sum()))
    }

    /// Takes a block of `grains` grains from a pack, and refills the cache of this CPU.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn take(&self, grains: usize) -> Result<Option<Slot>> {
        let mut carve = CARVED;

        loop {
            let mut magazine = self.magazine();
            let most = match &mut magazine {
                Some((magazine, _)) if carve > 1 => {
                    self.active_cpus.ask(&mut magazine.asked);
                    // Whoever sets a limit of owners empties the magazine after that.
                    magazine.ask(grains, self.cached_grains())
                }
                _ => 1,
            };
            let dice = self.dice();
            let carved = self.packs.lock().take(grains, most, most.min(carve), dice);

            match carved {
                Carved::Some(mut chain) => {
                    let first = chain.pop();
                    let mut left = match &mut magazine {
                        Some((magazine, refills)) if chain.nr() > 0 => {
                            refills.add(chain.nr().into());
                            magazine.fill(grains, chain)
                        }
                        Some(_) => chain,
                        None => chain,
                    };

                    // None, for there is room for what was asked for.
                    while let Some(slot) = left.pop() {
                        self.put_back(grains, slot);
                    }
                    return Ok(first);
                }
                Carved::Full => return Ok(None),
                Carved::NoRecords { pack, missing } => {
                    drop(magazine);
                    self.add_slab(&pack, missing)?;
                    // That was work enough.
                    carve = 1;
                }
            }
        }
    }

    /// Returns random bits, if places are random.
    fn dice(&self) -> Option<u64> {
        self.backing.is_hardened.then(random::bits)
    }

    /// Returns how many grains a CPU may cache.
    fn cached_grains(&self) -> usize {
        if self.backing.owner_limit.load(Relaxed) != 0 {
            return 0;
        }
        policy::cached(self.held(), self.cpus.len()) / GRAIN
    }

    /// Makes more records for a pack, unless another task has.
    fn add_slab(&self, pack: &Pack, records: usize) -> Result {
        let slab = RecordSlab::new(records)?;
        let packs = self.packs.lock();
        // SAFETY: The lock is held.
        let left = unsafe { pack.records().table().add(slab) };

        drop(packs);
        drop(left);
        Ok(())
    }

    fn put_back(&self, grains: usize, slot: Slot) {
        self.packs.lock().put_back(grains, slot);
    }

    /// Flushes the caches of all CPUs, but for those that are in use just now. Returns whether there
    /// were none of these.
    pub(crate) fn flush(&self) -> bool {
        let mut is_all = true;

        for cpu in &self.cpus {
            match cpu.magazine.try_lock() {
                Some(mut magazine) => magazine.drain(|grains, slot| self.put_back(grains, slot)),
                None => is_all = false,
            }
        }
        is_all
    }

    /// Coalesces some of the blocks on freelists. Returns whether there are any.
    pub(crate) fn coalesce_some(&self) -> bool {
        self.packs.lock().coalesce_some(FEW)
    }

    /// Returns whether an allocation of `size` bytes has a pack for itself.
    pub(crate) fn is_dedicated(&self, size: usize) -> bool {
        size > self.pack_size()
    }

    /// Returns how many bytes a pack has.
    pub(crate) fn pack_size(&self) -> usize {
        policy::pack_size(
            self.backing.layout.pmd_size,
            arch::HAS_LARGE_TEXT || !self.is_text,
        )
    }

    /// Returns how many packs there are, and how many bytes of bookkeeping.
    pub(crate) fn bookkeeping(&self) -> (usize, usize) {
        let packs = self.packs.lock();
        let cpu_cache = self.cpus.len().wrapping_mul(size_of::<CpuCache>());

        (packs.len(), packs.bookkeeping().wrapping_add(cpu_cache))
    }

    /// Returns how many bytes of the packs are free.
    pub(crate) fn free_bytes(&self) -> usize {
        let mut bytes = 0_usize;

        for entry in self.packs.lock().entries() {
            bytes = bytes.wrapping_add(entry.free_bytes());
        }
        bytes
    }
}
