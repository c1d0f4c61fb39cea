// SPDX-License-Identifier: GPL-2.0

//! The allocator: what the public functions do, once their arguments are checked.

use core::ptr::NonNull;
use kernel::{
    bindings, new_delayed_work, new_mutex,
    prelude::*,
    sync::{lock::mutex::MutexGuard, Arc, ArcBorrow, Mutex},
    workqueue::{DelayedWork, Work},
};

mod alloc;
pub(crate) mod caches;
pub(crate) mod reclaim;
pub(crate) mod registry;
mod update;
pub(crate) mod wakeup;
mod worker;

use crate::{
    allocator::{
        caches::{Cache, Caches},
        reclaim::Reclaimer,
        registry::Registry,
        wakeup::Wakeup,
    },
    arch::writer::Writer,
    boundary::c_params,
    memory::budget::Budget,
    params::{JitRange, JitType, Layout, ValidParams, NR_TYPES},
    placement::policy::Retain,
    pool::{
        pack::Pack,
        stats::{Stats, Sum},
        Backing, Pool,
    },
    sys::{
        abi,
        atomic::{AtomicU32, AtomicU64, AtomicUsize, SeqCst},
        irq::RcuReader,
        kfn::Kfn,
        misuse::{Caller, Misuse},
        vec,
    },
};

/// What whoever loads the module may choose.
pub(crate) struct Options {
    /// Bytes that all allocations together may hold; 0 is half of memory.
    pub(crate) limit: usize,
    /// Bytes of empty packs that each pool keeps.
    pub(crate) reserve: usize,
}

/// The state of the module.
///
/// Lock order: the growth of a pool, `reclaimer`, `caches`, then the other locks of pools.
#[pin_data]
pub(crate) struct Allocator {
    source: Arc<Backing>,
    params: ValidParams,
    pools: KVec<Arc<Pool>>,
    /// Which of them has the text of a type, unless it is data, and which its data.
    text: [Option<Arc<Pool>>; NR_TYPES],
    data: [Option<Arc<Pool>>; NR_TYPES],
    #[pin]
    pub(crate) registry: Registry,
    #[pin]
    pub(crate) caches: Mutex<Caches>,
    #[pin]
    pub(crate) reclaimer: Mutex<Reclaimer>,
    pub(crate) wakeup: Wakeup,
    #[pin]
    pub(crate) work: DelayedWork<Allocator>,
    stats: Stats,
    pub(crate) reserve: usize,
    /// Bytes that were taken from pools.
    pub(crate) taken: AtomicUsize,
    /// How many runs of the reclaimer have begun.
    pub(crate) runs_begun: AtomicU64,
    /// Whether the kernel wants empty packs back.
    pub(crate) is_short: AtomicU32,
    /// Whether the worker is to queue itself no more.
    pub(crate) is_closing: AtomicU32,
    c_params: abi::jit_alloc_params,
}

// SAFETY: All fields but `c_params` are `Send`, and that is plain numbers.
unsafe impl Send for Allocator {}

// SAFETY: All fields but `c_params` are `Sync`, and that is plain numbers which nobody changes.
unsafe impl Sync for Allocator {}

/// Returns the one of `pools` for `range`, which is made if there is none.
fn pool_for(
    pools: &mut KVec<Arc<Pool>>,
    source: &Arc<Backing>,
    range: &JitRange,
    is_text: bool,
) -> Result<Arc<Pool>> {
    let mut all = pools.iter();

    if let Some(pool) = all.find(|pool| pool.is_for(range, is_text)) {
        return Ok(pool.clone());
    }
    let pool = Pool::new(source.clone(), *range, is_text, true)?;

    vec::push(pools, pool.clone())?;
    Ok(pool)
}

impl Allocator {
    /// Makes an allocator over the ranges of `params`.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(
        kfn: Kfn,
        layout: Layout,
        params: ValidParams,
        options: &Options,
    ) -> Result<Arc<Allocator>> {
        let c_params = c_params::c_params(&params);
        let source = Arc::new(
            Backing {
                kfn,
                writer: Writer::new(kfn, &layout)?,
                budget: Budget::new(options.limit)?,
                layout,
            },
            GFP_KERNEL,
        )?;
        let mut pools = KVec::new();
        let mut text = [const { None }; NR_TYPES];
        let mut data = [const { None }; NR_TYPES];

        for ty in JitType::ALL {
            let range = params.range(ty);

            // Types with the same range share a pool.
            if ty.is_text() {
                text[ty.index()] = Some(pool_for(&mut pools, &source, range, true)?);
            }
            data[ty.index()] = Some(pool_for(&mut pools, &source, range, false)?);
        }
        let registry = Registry::new(&source.layout)?;

        Arc::pin_init(
            pin_init!(Allocator {
                source,
                params,
                pools,
                text,
                data,
                registry <- registry,
                caches <- new_mutex!(Caches::new(), "jitalloc::caches"),
                reclaimer <- new_mutex!(Reclaimer::new(), "jitalloc::reclaimer"),
                wakeup: Wakeup::new(),
                work <- new_delayed_work!("jitalloc::reclaim"),
                stats: Stats::new(),
                reserve: options.reserve,
                taken: AtomicUsize::new(0),
                runs_begun: AtomicU64::new(0),
                is_short: AtomicU32::new(0),
                is_closing: AtomicU32::new(0),
                c_params,
            }),
            GFP_KERNEL,
        )
    }

    /// Returns the parameters.
    pub(crate) fn params(&self) -> &ValidParams {
        &self.params
    }

    /// Returns the parameters as C sees them.
    pub(crate) fn c_params(&self) -> &abi::jit_alloc_params {
        &self.c_params
    }

    /// Returns the budget.
    pub(crate) fn budget(&self) -> &Budget {
        &self.source.budget
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

    /// Allocates what CPU number `cpu` has at hand, if it has.
    ///
    /// # Context
    ///
    /// Any.
    #[inline(always)]
    pub(crate) fn alloc_cached(
        pool: &Pool,
        cpu: usize,
        ty: JitType,
        size: usize,
        owner: Caller,
    ) -> Option<NonNull<u8>> {
        let slot = pool.alloc_cached(cpu, ty, size)?;

        Some(slot.give(ty as u32, size, owner.to_u32()))
    }

    /// Allocates what no CPU has at hand.
    ///
    /// # Errors
    ///
    /// `EINVAL` if `size` is 0, `E2BIG` if it is larger than the range, `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn alloc(
        &self,
        pool: &Pool,
        ty: JitType,
        size: usize,
        owner: Caller,
    ) -> Result<NonNull<u8>> {
        let slot = self.alloc_slow(pool, size)?;

        self.stats.alloc(ty, size);
        Ok(slot.give(ty as u32, size, owner.to_u32()))
    }

    /// Makes a cache of `ty`, to be destroyed by [`Allocator::destroy_cache`].
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn create_cache(&self, ty: JitType) -> Result<*const Cache> {
        let cache = Cache::new(&self.source, &self.params, ty)?;
        let handle = Arc::as_ptr(&cache);

        self.caches.lock().add(cache)?;
        Ok(handle)
    }

    /// Allocates text of a cache.
    ///
    /// # Errors
    ///
    /// As [`Allocator::alloc`], and `EPERM` if the type of the cache is data.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    #[inline]
    pub(crate) fn cache_text(
        &self,
        cache: &Cache,
        size: usize,
        owner: Caller,
    ) -> Result<NonNull<u8>> {
        let pool = cache.text().ok_or(EPERM)?;

        self.alloc(pool, cache.jit_type(), size, owner)
    }

    /// Allocates data of a cache.
    ///
    /// # Errors
    ///
    /// As [`Allocator::alloc`].
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    #[inline]
    pub(crate) fn cache_data(
        &self,
        cache: &Cache,
        size: usize,
        owner: Caller,
    ) -> Result<NonNull<u8>> {
        self.alloc(cache.data(), cache.jit_type(), size, owner)
    }

    /// Frees a cache and all that was allocated from it.
    ///
    /// # Errors
    ///
    /// The mistake, if there is no such cache.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn destroy_cache(&self, cache: *const Cache) -> Result<(), Misuse> {
        if !self.caches.lock().destroy(cache) {
            return Err(Misuse::DestroyForeign);
        }
        self.wake_worker();
        Ok(())
    }

    /// Frees the allocation that starts at `buf`; null is none. If no live one does, reports `caller`'s
    /// mistake.
    ///
    /// # Context
    ///
    /// Any.
    #[inline]
    pub(crate) fn free(&self, buf: *mut c_void, caller: Caller, reading: &impl RcuReader) {
        let addr = buf.addr();
        let Some(pack) = self.registry.find(addr, reading) else {
            if !buf.is_null() {
                self.report(Misuse::FreeForeign, buf, caller, None);
            }
            return;
        };
        let Some((block, size)) = pack.kill(addr) else {
            return self.report_free(pack, buf, caller);
        };

        self.wake_worker();
        if let Some(ty) = JitType::from_raw(block.ty()) {
            self.stats.free(ty, size);
        }
    }

    /// Reports the free of `buf`, which is in `pack`, and where no live block begins.
    #[cold]
    fn report_free(&self, pack: &Pack, buf: *mut c_void, caller: Caller) {
        let (misuse, block) = pack.explain(buf.addr());
        let owner = block.map(|block| Caller::from_u32(block.owner()));

        self.report(misuse, buf, caller, owner);
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

    /// Frees what callers have left behind, and waits until all memory is back.
    ///
    /// # Context
    ///
    /// Process context, sleeps. When nobody can call any other function any more.
    pub(crate) fn shut_down(this: ArcBorrow<'_, Allocator>) {
        // SAFETY: May be called from process context.
        unsafe { abi::jit_helper_wake_sync() };
        this.is_closing.store(1, SeqCst);
        // Nobody frees, so the work is queued by itself only; once more if it has not seen the flag.
        for _ in 0..2 {
            // SAFETY: The work is initialised.
            unsafe {
                let work = Work::raw_get(DelayedWork::raw_as_work(&raw const this.work));

                bindings::flush_delayed_work(kernel::container_of!(
                    work,
                    bindings::delayed_work,
                    work
                ));
            }
        }

        let (mut nr, mut bytes) = (0_usize, 0_usize);
        for ty in JitType::ALL {
            let live = this.live(ty);

            nr = nr.wrapping_add(live.count);
            bytes = bytes.wrapping_add(live.bytes);
        }
        if nr > 0 {
            pr_warn!("{nr} allocations of {bytes} bytes were never freed\n");
        }

        this.caches.lock().destroy_all();
        this.reclaim(Retain::Bytes(0));
        this.reclaimer
            .lock()
            .clear(&this.pools, &this.registry, &this.stats);
    }
}
