// SPDX-License-Identifier: GPL-2.0

//! What the public functions of private caches do.

use core::ptr::NonNull;
use kernel::{prelude::*, sync::Arc};

use crate::{
    allocator::{caches::Cache, Allocator},
    params::JitType,
    sys::misuse::{Caller, Misuse},
};

impl Allocator {
    /// Makes a cache of `ty` for `owner`, to be destroyed by [`Allocator::destroy_cache`].
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn create_cache(&self, ty: JitType, owner: Caller) -> Result<*const Cache> {
        let cache = Cache::new(&self.backing, &self.params, ty, owner)?;
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
}
