// SPDX-License-Identifier: GPL-2.0

//! The functions of private caches, for C.
//!
//! C source: `exports.c`, which documents each function.

use core::ptr::{self, NonNull};
use kernel::prelude::*;

use crate::{
    allocator::{caches::Cache, Allocator},
    boundary::{exports::sleeping, prototypes::check_prototypes},
    params::JitType,
    sys::{
        abi,
        misuse::{Caller, Misuse},
    },
};

check_prototypes! {
    jit_rust_cache_create,
    jit_rust_cache_text_alloc,
    jit_rust_cache_data_alloc,
    jit_rust_cache_destroy,
}

/// `jit_cache_create()`
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_cache_create(
    ty: abi::jit_type,
    caller: c_ulong,
    may_sleep: bool,
) -> *mut abi::jit_cache {
    let caller = Caller(caller);
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    let Ok(allocator) = (unsafe { sleeping(ptr::null(), caller, may_sleep) }) else {
        return ptr::null_mut();
    };
    let Some(ty) = JitType::from_raw(ty) else {
        allocator.report(Misuse::BadType, ptr::null(), caller, None);
        return ptr::null_mut();
    };

    allocator
        .create_cache(ty, caller)
        .map_or(ptr::null_mut(), |cache| cache.cast_mut().cast())
}

/// What the two functions that allocate from a cache have in common.
///
/// # Safety
///
/// As [`instance::get`]. `cache` is null, or a cache that is not destroyed meanwhile.
#[inline]
unsafe fn cache_alloc(
    cache: *mut abi::jit_cache,
    caller: Caller,
    may_sleep: bool,
    alloc: impl Fn(&Allocator, &Cache) -> Result<NonNull<u8>>,
) -> *mut c_void {
    let alloc = || {
        // SAFETY: By this function's own requirements, the caller's module holds this one.
        let allocator = unsafe { sleeping(cache.cast(), caller, may_sleep) }?;
        // SAFETY: By this function's own requirements, it is null or a live cache.
        let cache = unsafe { cache.cast::<Cache>().as_ref() }.ok_or(EINVAL)?;

        alloc(&allocator, cache).inspect_err(|err| {
            if *err == EPERM {
                allocator.report(Misuse::BadType, ptr::null(), caller, None);
            }
        })
    };

    alloc().map_or(ptr::null_mut(), |start| start.as_ptr().cast())
}

/// `jit_cache_text_alloc()`
///
/// # Safety
///
/// As [`cache_alloc`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_cache_text_alloc(
    cache: *mut abi::jit_cache,
    size: usize,
    caller: c_ulong,
    may_sleep: bool,
) -> *mut c_void {
    let caller = Caller(caller);

    // SAFETY: By this function's own requirements, the caller's module holds this one.
    unsafe {
        cache_alloc(cache, caller, may_sleep, |allocator, cache| {
            allocator.cache_text(cache, size, caller)
        })
    }
}

/// `jit_cache_data_alloc()`
///
/// # Safety
///
/// As [`cache_alloc`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_cache_data_alloc(
    cache: *mut abi::jit_cache,
    size: usize,
    caller: c_ulong,
    may_sleep: bool,
) -> *mut c_void {
    let caller = Caller(caller);

    // SAFETY: By this function's own requirements, the caller's module holds this one.
    unsafe {
        cache_alloc(cache, caller, may_sleep, |allocator, cache| {
            allocator.cache_data(cache, size, caller)
        })
    }
}

/// `jit_cache_destroy()`
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_cache_destroy(
    cache: *mut abi::jit_cache,
    caller: c_ulong,
    may_sleep: bool,
) {
    let caller = Caller(caller);

    if cache.is_null() {
        return;
    }
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    let Ok(allocator) = (unsafe { sleeping(cache.cast(), caller, may_sleep) }) else {
        return;
    };

    if let Err(misuse) = allocator.destroy_cache(cache.cast_const().cast()) {
        allocator.report(misuse, cache.cast(), caller, None);
    }
}
