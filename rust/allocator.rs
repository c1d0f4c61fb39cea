// SPDX-License-Identifier: GPL-2.0

//! The allocator: what the public functions do, once their arguments are checked.

use core::ptr::NonNull;
use kernel::{
    impl_has_work, new_mutex, new_work,
    prelude::*,
    sync::{rcu, Arc, ArcBorrow, Mutex},
    workqueue::{self, Work, WorkItem},
};

use crate::{
    abi,
    allocation::{Allocation, Memory},
    budget::Budget,
    kfn::Kfn,
    misuse::{Caller, Misuse},
    params::{JitType, ValidParams},
    pool::Pool,
    reclaim::{Graveyard, Killed},
    registry::Registry,
    stats::Stats,
    table,
    write::Source,
};

/// Bytes that may wait for their grace period before an allocation waits with them.
const MAX_PENDING_BYTES: usize = 32 << 20;

/// The state of the module.
///
/// Lock order: `reclaiming`, then the registry's lock, then the kernel's `text_mutex`.
#[pin_data]
pub(crate) struct Allocator {
    kfn: Kfn,
    pool: Pool,
    #[pin]
    registry: Registry,
    graveyard: Graveyard,
    #[pin]
    reclaiming: Mutex<()>,
    #[pin]
    work: Work<Allocator>,
    stats: Stats,
    c_params: abi::jit_alloc_params,
}

// SAFETY: All fields but `c_params` are `Send`, and that is plain numbers.
unsafe impl Send for Allocator {}

// SAFETY: All fields but `c_params` are `Sync`, and that is plain numbers which nobody changes.
unsafe impl Sync for Allocator {}

impl_has_work! {
    impl HasWork<Self> for Allocator { self.work }
}

impl WorkItem for Allocator {
    type Pointer = Arc<Allocator>;

    fn run(this: Arc<Allocator>) {
        this.reclaim();
    }
}

impl Allocator {
    /// Makes an allocator over the ranges of `params`. It holds no more than `limit` bytes; 0 is half
    /// of memory.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(kfn: Kfn, params: ValidParams, limit: usize) -> Result<Arc<Allocator>> {
        let c_params = table::c_params(&params);
        let pool = Pool::new(kfn, params, Budget::new(limit)?);

        Arc::pin_init(
            pin_init!(Allocator {
                kfn,
                pool,
                registry <- Registry::new(),
                graveyard: Graveyard::new(),
                reclaiming <- new_mutex!((), "jitalloc::reclaiming"),
                work <- new_work!("jitalloc::reclaim"),
                stats: Stats::new(),
                c_params,
            }),
            GFP_KERNEL,
        )
    }

    /// Returns the parameters.
    pub(crate) fn params(&self) -> &ValidParams {
        self.pool.params()
    }

    /// Returns the parameters as C sees them.
    pub(crate) fn c_params(&self) -> &abi::jit_alloc_params {
        &self.c_params
    }

    /// Returns the budget.
    pub(crate) fn budget(&self) -> &Budget {
        self.pool.budget()
    }

    /// Returns the counters.
    pub(crate) fn stats(&self) -> &Stats {
        &self.stats
    }

    /// Allocates text.
    ///
    /// # Errors
    ///
    /// Those of [`Pool::text`], and `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn alloc_text(
        &self,
        ty: JitType,
        size: usize,
        owner: Caller,
    ) -> Result<NonNull<u8>> {
        self.alloc(ty, size, owner, || {
            Ok(Memory::Text(self.pool.text(ty, size)?))
        })
    }

    /// Allocates data that text of type `ty` can reach.
    ///
    /// # Errors
    ///
    /// Those of [`Pool::data`], and `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn alloc_data(
        &self,
        ty: JitType,
        size: usize,
        owner: Caller,
    ) -> Result<NonNull<u8>> {
        self.alloc(ty, size, owner, || {
            Ok(Memory::Data(self.pool.data(ty, size)?))
        })
    }

    fn alloc(
        &self,
        ty: JitType,
        size: usize,
        owner: Caller,
        place: impl Fn() -> Result<Memory>,
    ) -> Result<NonNull<u8>> {
        if self.stats.pending_bytes.get() > MAX_PENDING_BYTES {
            self.reclaim();
        }

        let registered = match place() {
            // What waits for its grace period may be just what is missing.
            Err(err) if err == ENOMEM && self.reclaim() > 0 => place(),
            placed => placed,
        }
        .and_then(|memory| self.register(Allocation::new(memory, ty, size, owner)));

        match registered {
            Ok(_) => {
                self.stats.allocs.add(1);
                self.stats.live(ty).count.add(1);
                self.stats.live(ty).bytes.add(size);
            }
            Err(_) => self.stats.failures.add(1),
        }
        registered
    }

    fn register(&self, allocation: Allocation) -> Result<NonNull<u8>> {
        let start = allocation.start();
        let allocation = KBox::new(allocation, GFP_KERNEL)?;

        self.registry.lock().insert(allocation)?;
        Ok(start)
    }

    /// Writes `len` bytes of live text at `dst`.
    ///
    /// # Safety
    ///
    /// The pointer of [`Source::Copy`] is valid for reads of `len` bytes during the call.
    ///
    /// # Errors
    ///
    /// `EFAULT` if `dst` is not in a live allocation, `EACCES` if that is data, `ERANGE` if the
    /// write would cross its end.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) unsafe fn update(&self, dst: NonNull<u8>, source: Source, len: usize) -> Result {
        let dst = dst.addr().get();
        let registry = self.registry.lock();
        let allocation = registry
            .find(dst)
            .filter(|allocation| !allocation.is_dying())
            .ok_or(EFAULT)?;
        let Memory::Text(text) = allocation.memory() else {
            return Err(EACCES);
        };
        let offset = dst.wrapping_sub(text.start().addr().get());
        match offset.checked_add(len) {
            Some(end) if end <= allocation.size() => (),
            _ => return Err(ERANGE),
        }

        // SAFETY: The caller answers for the source.
        unsafe { text.write(self.kfn, offset, source, len) }?;
        self.stats.updates.add(1);
        self.stats.updated_bytes.add(len);
        Ok(())
    }

    /// Frees the allocation that starts at `buf`.
    ///
    /// # Errors
    ///
    /// The mistake, if no live allocation starts there, and who owns the memory.
    ///
    /// # Context
    ///
    /// Any but NMI.
    pub(crate) fn free(
        this: ArcBorrow<'_, Allocator>,
        buf: NonNull<u8>,
    ) -> Result<(), (Misuse, Option<Caller>)> {
        let rcu = rcu::read_lock();
        let allocation = this
            .registry
            .find(buf.addr().get(), &rcu)
            .ok_or((Misuse::FreeForeign, None))?;
        let owner = Some(allocation.owner());

        if allocation.start() != buf {
            return Err((Misuse::FreeInterior, owner));
        }
        let killed = Killed::new(allocation).ok_or((Misuse::FreeTwice, owner))?;

        this.bury(allocation, killed);
        // If it is queued already, that run will find the allocation.
        let _ = workqueue::system_long().enqueue::<Arc<Allocator>, 0>(this.into());
        Ok(())
    }

    fn bury(&self, allocation: &Allocation, killed: Killed<'_>) {
        let live = self.stats.live(allocation.jit_type());

        live.count.sub(1);
        live.bytes.sub(allocation.size());
        self.stats.frees.add(1);
        self.stats.pending_bytes.add(allocation.mapped());
        self.graveyard.bury(killed);
    }

    /// Takes back everything that was freed before, and returns how many allocations that was.
    ///
    /// # Context
    ///
    /// Process context. Sleeps for a grace period if there was anything.
    pub(crate) fn reclaim(&self) -> usize {
        let _one_at_a_time = self.reclaiming.lock();
        let nr = self
            .graveyard
            .reclaim(self.kfn, &self.registry, |allocation| {
                self.stats.pending_bytes.sub(allocation.mapped());
            });

        if nr > 0 {
            self.stats.grace_periods.add(1);
        }
        nr
    }

    /// Reports `misuse`, and counts it.
    ///
    /// # Context
    ///
    /// Any but NMI.
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
        let (mut nr, mut bytes) = (0_usize, 0_usize);
        {
            let registry = this.registry.lock();
            let mut addr = 0;

            while let Some(allocation) = registry.next(&mut addr) {
                if let Some(killed) = Killed::new(allocation) {
                    nr = nr.saturating_add(1);
                    bytes = bytes.saturating_add(allocation.size());
                    this.bury(allocation, killed);
                }
            }
        }
        if nr > 0 {
            pr_warn!("{nr} allocations of {bytes} bytes were never freed\n");
        }

        this.reclaim();
        // SAFETY: The work is initialised, and is not queued any more, because nobody frees.
        unsafe { kernel::bindings::flush_work(Work::raw_get(&raw const this.work)) };
    }
}
