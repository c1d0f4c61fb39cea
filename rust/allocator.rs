// SPDX-License-Identifier: GPL-2.0

//! The allocator: what the public functions do, once their arguments are checked.

pub(crate) mod accounts;
mod alloc;
mod births;
pub(crate) mod by_module;
mod cache_alloc;
pub(crate) mod caches;
mod free;
mod in_place;
pub(crate) mod inspect;
mod limits;
mod name;
mod names;
mod owners;
pub(crate) mod reclaim;
pub(crate) mod registry;
mod removed;
mod shutdown;
mod update;
mod wait;
pub(crate) mod wakeup;
pub(crate) mod walk;
mod worker;
pub(crate) mod wx;

use kernel::{
    new_delayed_work, new_mutex,
    prelude::*,
    sync::{atomic::Atomic, lock::mutex::MutexGuard, Arc, Mutex},
    workqueue::DelayedWork,
};

use crate::{
    allocator::{
        accounts::Accounts, caches::Caches, names::Names, reclaim::Reclaimer, registry::Registry,
        wakeup::Wakeup,
    },
    arch::Writer,
    memory::budget::Budget,
    params::{JitRange, JitType, Layout, ValidParams, NR_TYPES},
    placement::policy,
    pool::{
        predictors::Predictors,
        stats::{Stats, Sum},
        Backing, Pool,
    },
    sys::{
        atomic::{AtomicU32, AtomicU64, AtomicUsize, Relaxed},
        fault,
        kfn::Kfn,
        misuse::{Caller, Misuse},
        pred_flush::PredFlush,
        vec,
    },
};

/// The state of the module.
///
/// Lock order: `reclaimer`, `caches`, `names`, then the registry's and the locks of pools. An
/// allocation that makes a pool grow holds that pool's growth lock and takes none of the first
/// three.
#[pin_data]
pub(crate) struct Allocator {
    backing: Arc<Backing>,
    params: ValidParams,
    pools: KVVec<Arc<Pool>>,
    /// Which of them has the text of a type, unless it is data, and which its data.
    text: [Option<Arc<Pool>>; NR_TYPES],
    data: [Option<Arc<Pool>>; NR_TYPES],
    #[pin]
    pub(crate) registry: Registry,
    #[pin]
    pub(crate) caches: Mutex<Caches>,
    #[pin]
    pub(crate) reclaimer: Mutex<Reclaimer>,
    #[pin]
    pub(crate) names: Mutex<Names>,
    #[pin]
    accounts: Accounts,
    pub(crate) wakeup: Wakeup,
    #[pin]
    work: DelayedWork<Allocator>,
    stats: Stats,
    /// Bytes of empty packs that each pool retains.
    reserve: AtomicUsize,
    /// Bytes allocated past the per-CPU caches, which say when to look at the backlog.
    pub(crate) taken: AtomicUsize,
    /// How many runs of the worker have begun, and how many have ended.
    runs_begun: AtomicU64,
    runs_done: AtomicU64,
    /// Tasks that wait for a run because they have no memory, and because of a barrier.
    waiters: AtomicU32,
    barriers: AtomicU32,
    /// Whether the worker is to be queued at once.
    is_urgent: AtomicU32,
    /// Whether the kernel wants empty packs back.
    pub(crate) is_short: AtomicU32,
    /// Whether the worker is to queue itself no more.
    pub(crate) is_closing: AtomicU32,
}

/// Returns the pool of `pools` for `range`; it is made if there is none.
fn pool_for(
    pools: &mut KVVec<Arc<Pool>>,
    backing: &Arc<Backing>,
    range: &JitRange,
    is_text: bool,
) -> Result<Arc<Pool>> {
    let mut all = pools.iter();

    if let Some(pool) = all.find(|pool| pool.is_for(range, is_text)) {
        return Ok(pool.clone());
    }
    let pool = Pool::new(backing.clone(), *range, is_text, true)?;

    vec::push(pools, pool.clone())?;
    Ok(pool)
}

impl Allocator {
    /// Makes an allocator over the ranges of `params`, with a limit of 0. `is_hardened` says whether
    /// nobody is to guess where blocks are; `flush` is what has branch predictors forget, if they
    /// are to.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(
        kfn: Kfn,
        layout: Layout,
        params: ValidParams,
        is_hardened: bool,
        flush: Option<PredFlush>,
    ) -> Result<Arc<Allocator>> {
        let area = params.bounds();
        let registry = Registry::new(&layout, &area)?;
        let accounts = Accounts::new()?;
        let writer = Writer::new(kfn, area)?;
        let budget = Budget::new(0)?;
        let borrowed = Budget::new(policy::borrowed(layout.pmd_size))?;
        let predictors = flush.map(Predictors::new).transpose()?;
        fault::point!(backing);
        let backing = Arc::new(
            Backing {
                kfn,
                writer,
                budget,
                borrowed,
                owner_limit: Atomic::new(0),
                is_hardened,
                predictors,
                is_execmem_full: Atomic::new(0),
                layout,
            },
            GFP_KERNEL,
        )?;
        let mut pools = KVVec::new();
        let mut text = [const { None }; NR_TYPES];
        let mut data = [const { None }; NR_TYPES];

        for ty in JitType::ALL {
            let range = params.range(ty);

            // Types with the same range share a pool.
            if ty.is_text() {
                text[ty.index()] = Some(pool_for(&mut pools, &backing, range, true)?);
            }
            data[ty.index()] = Some(pool_for(&mut pools, &backing, range, false)?);
        }

        fault::point!(allocator);
        Arc::pin_init(
            pin_init!(Allocator {
                backing,
                params,
                pools,
                text,
                data,
                registry <- registry,
                caches <- new_mutex!(Caches::new(), "jitalloc::caches"),
                reclaimer <- new_mutex!(Reclaimer::new(), "jitalloc::reclaimer"),
                names <- new_mutex!(Names::new(), "jitalloc::names"),
                accounts <- accounts,
                wakeup: Wakeup::new(),
                work <- new_delayed_work!("jitalloc::reclaim"),
                stats: Stats::new(),
                reserve: AtomicUsize::new(0),
                taken: AtomicUsize::new(0),
                runs_begun: AtomicU64::new(0),
                runs_done: AtomicU64::new(0),
                waiters: AtomicU32::new(0),
                barriers: AtomicU32::new(0),
                is_urgent: AtomicU32::new(0),
                is_short: AtomicU32::new(0),
                is_closing: AtomicU32::new(0),
            }),
            GFP_KERNEL,
        )
    }

    /// Returns the parameters.
    pub(crate) fn params(&self) -> &ValidParams {
        &self.params
    }

    /// Returns the budget.
    pub(crate) fn budget(&self) -> &Budget {
        &self.backing.budget
    }

    /// Returns the counters.
    pub(crate) fn stats(&self) -> &Stats {
        &self.stats
    }

    fn pool_allocs(&self, ty: JitType) -> Sum {
        let pools = self.pools.iter();

        pools.fold(Sum::default(), |sum, pool| sum.and(pool.allocs(ty)))
    }

    /// Returns all allocations that succeeded.
    pub(crate) fn allocs(&self) -> Sum {
        let types = JitType::ALL.iter();

        types.fold(self.stats.allocs(), |sum, ty| {
            sum.and(self.pool_allocs(*ty))
        })
    }

    /// Returns what is allocated of `ty`. While others allocate and free, it is a moment's guess.
    pub(crate) fn live(&self, ty: JitType) -> Sum {
        // In this order, or a free could be seen without its allocation.
        let frees = self.stats.frees_of(ty);

        self.stats
            .allocs_of(ty)
            .and(self.pool_allocs(ty))
            .less(frees)
    }

    /// Returns how many runs of the worker have ended.
    pub(crate) fn runs(&self) -> u64 {
        self.runs_done.load(Relaxed)
    }

    /// Returns how many bytes are borrowed of the kernel's own cache of text.
    pub(crate) fn borrowed_bytes(&self) -> usize {
        self.backing.borrowed.spent()
    }

    /// Returns the pools that all share.
    pub(crate) fn pools(&self) -> &[Arc<Pool>] {
        &self.pools
    }

    /// Returns the caches.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn caches(&self) -> MutexGuard<'_, Caches> {
        self.caches.lock()
    }

    /// Returns where text of type `ty` is, unless that is data.
    #[inline]
    pub(crate) fn text(&self, ty: JitType) -> Option<&Pool> {
        self.text[ty.index()].as_deref()
    }

    /// Returns where data is that text of type `ty` can reach.
    #[inline]
    pub(crate) fn data(&self, ty: JitType) -> Option<&Pool> {
        self.data[ty.index()].as_deref()
    }

    /// Reports `misuse`, and counts it.
    ///
    /// # Context
    ///
    /// Any.
    #[cold]
    pub(crate) fn report(
        &self,
        misuse: Misuse,
        ptr: *const c_void,
        caller: Caller,
        owner: Option<Caller>,
    ) {
        self.stats.misuses.add(1);
        misuse.report(ptr, caller, owner);
    }
}
