// SPDX-License-Identifier: GPL-2.0

//! Pools that one user has for himself, and frees as a whole.

use core::mem;
use kernel::{prelude::*, sync::Arc};

use crate::{
    params::{JitType, ValidParams},
    pool::{Backing, Pool},
    sys::{
        atomic::{AtomicUsize, Relaxed},
        fault,
        misuse::Caller,
        module::Module,
        vec,
    },
};

/// The pools of a user.
pub(crate) struct Cache {
    ty: JitType,
    /// The address of who made it.
    owner: AtomicUsize,
    /// Not for a type that is data.
    text: Option<Arc<Pool>>,
    data: Arc<Pool>,
}

impl Cache {
    /// Makes pools for `ty`, which are `owner`'s.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(
        backing: &Arc<Backing>,
        params: &ValidParams,
        ty: JitType,
        owner: Caller,
    ) -> Result<Arc<Cache>> {
        let range = params.range(ty);
        let pool = |is_text| Pool::new(backing.clone(), *range, is_text, false);
        let text = if ty.is_text() {
            Some(pool(true)?)
        } else {
            None
        };

        let cache = Cache {
            ty,
            owner: AtomicUsize::new(owner.0),
            text,
            data: pool(false)?,
        };

        Ok(fault::point!(cache, Arc::new(cache, GFP_KERNEL))?)
    }

    /// Returns who made it.
    pub(crate) fn owner(&self) -> Caller {
        Caller(self.owner.load(Relaxed))
    }

    /// Returns the type.
    pub(crate) fn jit_type(&self) -> JitType {
        self.ty
    }

    /// Returns where its text is, unless its type is data.
    pub(crate) fn text(&self) -> Option<&Pool> {
        self.text.as_deref()
    }

    /// Returns where its data is.
    pub(crate) fn data(&self) -> &Pool {
        &self.data
    }

    /// Iterates over its pools.
    pub(crate) fn pools(&self) -> impl Iterator<Item = &Pool> {
        Iterator::chain(self.text().into_iter(), core::iter::once(self.data()))
    }
}

/// All caches.
///
/// # Invariants
///
/// `dead` and `waiting` have room for all that are live, so that no destruction fails.
pub(crate) struct Caches {
    live: KVVec<Arc<Cache>>,
    /// They are destroyed.
    dead: KVVec<Arc<Cache>>,
    /// They were dead when a grace period began.
    waiting: KVVec<Arc<Cache>>,
}

impl Caches {
    /// Returns none.
    pub(crate) const fn new() -> Caches {
        Caches {
            live: KVVec::new(),
            dead: KVVec::new(),
            waiting: KVVec::new(),
        }
    }

    /// Adds a cache.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn add(&mut self, cache: Arc<Cache>) -> Result {
        let all = self.live.len().wrapping_add(1);

        // INVARIANT: They have room for one more.
        vec::reserve(&mut self.dead, all)?;
        vec::reserve(&mut self.waiting, all)?;
        vec::push(&mut self.live, cache)
    }

    /// Destroys the cache at `cache`, if there is one. Returns whether there was.
    pub(crate) fn destroy(&mut self, cache: *const Cache) -> bool {
        let mut found = None;

        // The last one takes its place.
        if let Some(last) = self.live.pop() {
            if Arc::as_ptr(&last) == cache {
                found = Some(last);
            } else {
                let mut others = self.live.iter_mut();

                match others.find(|other| Arc::as_ptr(other) == cache) {
                    Some(place) => found = Some(mem::replace(place, last)),
                    // There is room for what was just there.
                    None => drop(self.live.push_within_capacity(last)),
                }
            }
        }
        match found {
            // There is room by the invariants.
            Some(cache) => self.dead.push_within_capacity(cache).is_ok(),
            None => false,
        }
    }

    /// Destroys the caches of a module. Returns how many there were.
    pub(crate) fn destroy_of(&mut self, module: Module) -> usize {
        let mut nr = 0_usize;

        loop {
            let mut live = self.live.iter();
            let Some(cache) = live.find(|cache| module.has(cache.owner())) else {
                return nr;
            };
            let cache = Arc::as_ptr(cache);

            if !self.destroy(cache) {
                return nr;
            }
            nr = nr.wrapping_add(1);
        }
    }

    /// Makes the caches that a module has made in its initialisation those of the module as a
    /// whole.
    pub(crate) fn set_owner(&self, module: Module) {
        for cache in &self.live {
            if module.has_in_init(cache.owner()) {
                cache.owner.store(module.initialisation().0, Relaxed);
            }
        }
    }

    /// Destroys all caches.
    pub(crate) fn destroy_all(&mut self) {
        while let Some(cache) = self.live.pop() {
            // There is room by the invariants.
            drop(self.dead.push_within_capacity(cache));
        }
    }

    /// Iterates over the pools of all, of the dead ones until their grace period begins.
    pub(crate) fn pools(&self) -> impl Iterator<Item = &Pool> {
        let all = Iterator::chain(self.live.iter(), self.dead.iter());

        all.flat_map(|cache| cache.pools())
    }

    /// Iterates over all caches that have memory, the dead ones included, and their pools.
    pub(crate) fn each_pool(&self) -> impl Iterator<Item = (&Cache, &Pool)> {
        let dead = Iterator::chain(self.dead.iter(), self.waiting.iter());
        let all = Iterator::chain(self.live.iter(), dead);

        all.flat_map(|cache| cache.pools().map(|pool| (&**cache, pool)))
    }

    /// Returns how many there are that are not destroyed.
    pub(crate) fn nr(&self) -> usize {
        self.live.len()
    }

    /// Iterates over the pools that all share, `shared`, and over those of the caches.
    pub(crate) fn and<'a>(&'a self, shared: &'a [Arc<Pool>]) -> impl Iterator<Item = &'a Pool> {
        Iterator::chain(shared.iter().map(|pool| &**pool), self.pools())
    }

    /// Returns whether some are destroyed and have not been freed yet.
    pub(crate) fn has_dead(&self) -> bool {
        !self.dead.is_empty() || !self.waiting.is_empty()
    }

    /// Has the dead ones wait for a grace period that begins after the call. Returns whether there
    /// are any. All that waited before have been taken.
    pub(crate) fn begin_grace(&mut self) -> bool {
        // INVARIANT: Both have room.
        mem::swap(&mut self.dead, &mut self.waiting);
        !self.waiting.is_empty()
    }

    /// Takes one of those that wait, once the grace period has passed.
    pub(crate) fn take_waiting(&mut self) -> Option<Arc<Cache>> {
        self.waiting.pop()
    }
}
