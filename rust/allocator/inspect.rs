// SPDX-License-Identifier: GPL-2.0

//! What is in a pack, for who looks at it from outside.

use kernel::{prelude::*, sync::rcu, sync::Arc};

use crate::{
    allocator::{caches::Cache, walk::PART, Allocator},
    params::{JitType, NR_TYPES},
    placement::{
        bitmap::WORD,
        occupancy::{Cells, Runs},
        policy::{self, GRAIN},
        record::MAX_GRAINS,
    },
    pool::{
        inspect::Inspected,
        pack::{Memory, Pack},
        stats::Sum,
        Pool,
    },
    sys::{misuse::Caller, vec},
};

/// How a pack has come to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It is borrowed of the kernel's own cache.
    Borrowed,
    /// It is a large page, or as large as packs become.
    Large,
    /// It is less.
    Small,
    /// It is of one allocation that is larger than packs.
    Dedicated,
}

impl Kind {
    fn of(pack: &Pack, pool: &Pool) -> Kind {
        match pack.memory() {
            _ if pack.is_dedicated() => Kind::Dedicated,
            Memory::Text(text) if text.is_borrowed() => Kind::Borrowed,
            _ if pack.len() >= pool.pack_size() => Kind::Large,
            _ => Kind::Small,
        }
    }

    /// Returns a word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Borrowed => "borrowed",
            Kind::Large => "large",
            Kind::Small => "small",
            Kind::Dedicated => "dedicated",
        }
    }
}

/// Whose pack it is.
pub(crate) struct Users {
    /// The types whose blocks can be in it.
    pub(crate) types: [bool; NR_TYPES],
    /// Who has made the cache that it is of, if it is not shared by all.
    pub(crate) owner: Option<Caller>,
}

/// What is in a pack.
pub(crate) struct Contents {
    /// It.
    pub(crate) pack: Arc<Pack>,
    /// How it has come to be.
    pub(crate) kind: Kind,
    /// Whose it is.
    pub(crate) users: Users,
    /// Live blocks, and the bytes that were asked for.
    pub(crate) live: Sum,
    /// The bytes that live blocks have.
    pub(crate) live_bytes: usize,
    /// The bytes of freed blocks that are ready for the next allocation of their length.
    pub(crate) kept_bytes: usize,
    /// Runs of grains that are free for any allocation.
    pub(crate) runs: Runs,
    /// Where the live blocks are.
    pub(crate) live_cells: Cells,
    /// Where the free grains are.
    pub(crate) free_cells: Cells,
}

impl Allocator {
    /// Finds the pack that covers `addr`, or else the first one behind it. Returns where it begins,
    /// and how long it is.
    ///
    /// # Context
    ///
    /// Any.
    pub(crate) fn pack_from(&self, addr: usize) -> Option<(usize, usize)> {
        let reading = rcu::read_lock();
        let pack = self.registry.find_from(addr, &reading)?;

        Some((pack.start(), pack.len()))
    }

    /// Looks at the pack at `addr`, if it is still there.
    ///
    /// While others allocate and free, it is two moments' guess, of what is free and of what is
    /// live.
    ///
    /// # Errors
    ///
    /// `ENOENT` if there is none, `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn contents(&self, addr: usize) -> Result<Contents> {
        let mut bits: KVVec<u64> = vec::zeroed(MAX_GRAINS / WORD)?;
        let (Inspected { pack, kept }, kind, users) =
            self.inspect(addr, &mut bits).ok_or(ENOENT)?;
        let grains = pack.len() / GRAIN;
        let mut live = Sum::default();
        let mut live_bytes = 0_usize;
        let mut live_cells = Cells::new(grains);
        let mut free_cells = Cells::new(grains);
        let runs = Runs::of(&bits, grains.min(MAX_GRAINS), |run| free_cells.add(run));

        each_live_of(&pack, |start, size| {
            let first = start.wrapping_sub(pack.start()) / GRAIN;
            let len = match kind {
                Kind::Dedicated => grains,
                _ => policy::grains(size),
            };

            live = live.and(Sum {
                count: 1,
                bytes: size,
            });
            live_bytes = live_bytes.wrapping_add(len.wrapping_mul(GRAIN));
            live_cells.add(first..first.wrapping_add(len));
        });
        Ok(Contents {
            pack,
            kind,
            users,
            live,
            live_bytes,
            kept_bytes: kept.wrapping_mul(GRAIN),
            runs,
            live_cells,
            free_cells,
        })
    }

    /// Looks for the pool whose pack covers `addr`.
    fn inspect(&self, addr: usize, bits: &mut [u64]) -> Option<(Inspected, Kind, Users)> {
        for pool in &self.pools {
            if let Some(found) = pool.inspect(addr, bits) {
                let kind = Kind::of(&found.pack, pool);
                let has = |pools: &[Option<Arc<Pool>>; NR_TYPES], ty: JitType| {
                    let of_type = pools[ty.index()].as_ref();

                    of_type.is_some_and(|of_type| Arc::ptr_eq(of_type, pool))
                };
                let types = JitType::ALL.map(|ty| has(&self.text, ty) || has(&self.data, ty));
                let users = Users { types, owner: None };

                return Some((found, kind, users));
            }
        }
        let caches = self.caches.lock();

        for (cache, pool) in caches.each_pool() {
            if let Some(found) = pool.inspect(addr, bits) {
                let kind = Kind::of(&found.pack, pool);

                return Some((found, kind, Users::of(cache)));
            }
        }
        None
    }
}

impl Users {
    fn of(cache: &Cache) -> Users {
        Users {
            types: JitType::ALL.map(|ty| ty == cache.jit_type()),
            owner: Some(cache.owner()),
        }
    }
}

/// Calls `visit` with the address and the size of each live block of a pack, under the read lock of
/// RCU, which is given back from time to time.
fn each_live_of(pack: &Pack, mut visit: impl FnMut(usize, usize)) {
    let mut next = pack.start();

    loop {
        let _reading = rcu::read_lock();

        for _ in 0..PART {
            let Some(live) = pack.live_from(next) else {
                return;
            };

            next = live.addr.wrapping_add(1);
            visit(live.addr, live.size);
        }
    }
}
