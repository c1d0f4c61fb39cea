// SPDX-License-Identifier: GPL-2.0

//! The C boundary: checks arguments, calls one safe method, maps the result.
//!
//! C source: `exports.c`, which documents each function.

use core::ptr::{self, NonNull};
use kernel::{
    page::PAGE_SIZE,
    prelude::*,
    sync::ArcBorrow, //
};

use crate::{
    allocator::{caches::Cache, Allocator},
    arch::writer::WriteGuard,
    boundary::instance,
    params::JitType,
    pool::Pool,
    sys::{
        abi, irq,
        misuse::{Caller, Misuse},
        preempt,
    },
};

/// Holds each function against the prototype that C has for it.
macro_rules! check_prototypes {
    ($($name:ident),* $(,)?) => {
        $(const _: () = {
            if true { abi::$name } else { $name };
        };)*
    };
}

check_prototypes! {
    jit_rust_arch_params,
    jit_rust_text_alloc,
    jit_rust_data_alloc,
    jit_rust_update_copy,
    jit_rust_update_set,
    jit_rust_update_in_nmi,
    jit_rust_free,
    jit_rust_free_barrier,
    jit_rust_woken,
    jit_rust_shrink_count,
    jit_rust_shrink_scan,
    jit_rust_usage,
    jit_rust_cache_create,
    jit_rust_cache_text_alloc,
    jit_rust_cache_data_alloc,
    jit_rust_cache_destroy,
}

/// Returns the allocator for a call that sleeps, after a check that it may.
///
/// # Safety
///
/// As [`instance::get`].
///
/// # Errors
///
/// `EAGAIN`, which is `EWOULDBLOCK`, if it may not, after a warning; `ENODEV` if there is no allocator.
#[inline]
unsafe fn sleeping<'a>(
    ptr: *const c_void,
    caller: Caller,
    may_sleep: bool,
) -> Result<ArcBorrow<'a, Allocator>> {
    // SAFETY: The caller answers for it.
    let allocator = unsafe { instance::get() }.ok_or(ENODEV)?;

    if !may_sleep {
        allocator.report(Misuse::Atomic, ptr, caller, None);
        return Err(EAGAIN);
    }
    Ok(allocator)
}

/// Allocates what CPU number `cpu` has at hand in the pool that `pool` returns for a type. Nothing is
/// said if anything is amiss.
///
/// # Safety
///
/// As [`instance::get`].
#[inline]
unsafe fn alloc_cached(
    ty: c_uint,
    size: usize,
    caller: Caller,
    cpu: c_uint,
    pool: impl Fn(&Allocator, JitType) -> Option<&Pool>,
) -> Option<*mut c_void> {
    // SAFETY: The caller answers for it.
    let allocator = unsafe { instance::get() }?;
    let ty = JitType::from_raw(ty)?;
    let pool = pool(&allocator, ty)?;
    let start = Allocator::alloc_cached(pool, cpu as usize, ty, size, caller)?;

    Some(start.as_ptr().cast())
}

/// Allocates what no CPU has at hand, or says what is amiss.
///
/// # Safety
///
/// As [`instance::get`].
#[cold]
unsafe fn alloc_slowly(
    ty: c_uint,
    size: usize,
    caller: Caller,
    may_sleep: bool,
    pool: impl Fn(&Allocator, JitType) -> Option<&Pool>,
) -> *mut c_void {
    // SAFETY: The caller answers for it.
    let Ok(allocator) = (unsafe { sleeping(ptr::null(), caller, may_sleep) }) else {
        return ptr::null_mut();
    };
    let ty = JitType::from_raw(ty);
    let Some((ty, pool)) = ty.and_then(|ty| Some((ty, pool(&allocator, ty)?))) else {
        allocator.report(Misuse::BadType, ptr::null(), caller, None);
        return ptr::null_mut();
    };

    allocator
        .alloc(pool, ty, size, caller)
        .map_or(ptr::null_mut(), |start| start.as_ptr().cast())
}

/// What the two functions that allocate have in common: `pool` returns the pool for a type.
///
/// # Safety
///
/// As [`instance::get`].
#[inline(always)]
unsafe fn alloc(
    ty: c_uint,
    size: usize,
    caller: Caller,
    cpu: c_uint,
    may_sleep: bool,
    pool: impl Fn(&Allocator, JitType) -> Option<&Pool>,
) -> *mut c_void {
    if may_sleep {
        // SAFETY: The caller answers for it.
        if let Some(start) = unsafe { alloc_cached(ty, size, caller, cpu, &pool) } {
            return start;
        }
    }
    // SAFETY: The caller answers for it.
    unsafe { alloc_slowly(ty, size, caller, may_sleep, pool) }
}

/// Writes what is not the first bytes of text, or says what is amiss; `write` as for
/// [`Allocator::update`].
///
/// # Safety
///
/// As [`instance::get`]. Interrupts are off; `flags` says what was before.
#[cold]
#[inline(never)]
unsafe fn update(
    dst: *mut c_void,
    len: usize,
    flags: usize,
    write: impl Fn(&WriteGuard<'_>, usize, usize, usize) -> Result,
) -> c_int {
    // SAFETY: The caller says so.
    let off = unsafe { irq::Off::assume(flags) };
    let update = || {
        // SAFETY: The caller answers for it.
        let allocator = unsafe { instance::get() }.ok_or(ENODEV)?;

        allocator.update(dst.cast(), len, &off, write)
    };

    update().map_or_else(Error::to_errno, |()| 0)
}

/// Writes the first bytes of text; `write` as for [`Allocator::update_first`]. Returns false if it is
/// anything else, and says nothing.
///
/// # Safety
///
/// As [`update`].
#[inline]
unsafe fn update_first(
    dst: *mut c_void,
    len: usize,
    flags: usize,
    write: impl FnOnce(&WriteGuard<'_>, usize) -> Result,
) -> bool {
    // SAFETY: The caller says so.
    let off = unsafe { irq::Off::assume(flags) };
    // SAFETY: The caller answers for it.
    let Some(allocator) = (unsafe { instance::get() }) else {
        return false;
    };

    allocator
        .update_first(dst.cast(), len, &off, write)
        .is_some()
}

/// `jit_alloc_arch_params()`
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_arch_params() -> *const abi::jit_alloc_params {
    // SAFETY: The caller answers for it.
    unsafe { instance::get() }.map_or(ptr::null(), |allocator| allocator.c_params())
}

/// `jit_text_alloc()`
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_text_alloc(
    ty: abi::jit_type,
    size: usize,
    caller: c_ulong,
    cpu: c_uint,
    may_sleep: bool,
) -> *mut c_void {
    // SAFETY: The caller answers for it.
    unsafe { alloc(ty, size, Caller(caller), cpu, may_sleep, Allocator::text) }
}

/// `jit_data_alloc()`
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_data_alloc(
    ty: abi::jit_type,
    size: usize,
    caller: c_ulong,
    cpu: c_uint,
    may_sleep: bool,
) -> *mut c_void {
    // SAFETY: The caller answers for it.
    unsafe { alloc(ty, size, Caller(caller), cpu, may_sleep, Allocator::data) }
}

/// `jit_update_copy()`
///
/// # Safety
///
/// As [`instance::get`]. `src` is null, or valid for reads of `len` bytes. Interrupts are off; `flags`
/// says what was before. This is no NMI.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_update_copy(
    dst: *mut c_void,
    src: *const c_void,
    len: usize,
    flags: c_ulong,
) -> c_int {
    let Some(src) = NonNull::new(src.cast_mut().cast()) else {
        return EINVAL.to_errno();
    };

    // SAFETY: The caller answers for it, and for the source.
    unsafe {
        if update_first(dst, len, flags, |writing, offset| {
            writing.copy(offset, src, len)
        }) {
            return 0;
        }
        update(dst, len, flags, |writing, offset, before, now| {
            writing.copy(offset, src.add(before), now)
        })
    }
}

/// `jit_update_set()`
///
/// # Safety
///
/// As [`instance::get`]. Interrupts are off; `flags` says what was before. This is no NMI.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_update_set(
    dst: *mut c_void,
    byte: u8,
    len: usize,
    flags: c_ulong,
) -> c_int {
    // SAFETY: The caller answers for it.
    unsafe {
        if update_first(dst, len, flags, |writing, offset| {
            writing.set(offset, byte, len)
        }) {
            return 0;
        }
        update(dst, len, flags, |writing, offset, _, now| {
            writing.set(offset, byte, now)
        })
    }
}

/// `jit_update_copy()` or `jit_update_set()` was called from NMI.
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_update_in_nmi(dst: *mut c_void, caller: c_ulong) -> c_int {
    // SAFETY: The caller answers for it.
    let Some(allocator) = (unsafe { instance::get() }) else {
        return ENODEV.to_errno();
    };

    allocator.report(Misuse::Nmi, dst, Caller(caller), None);
    EAGAIN.to_errno()
}

/// `jit_free()`
///
/// # Safety
///
/// As [`instance::get`]. Preemption is off.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_free(buf: *mut c_void, caller: c_ulong) {
    // SAFETY: The caller answers for it.
    let Some(allocator) = (unsafe { instance::get() }) else {
        return;
    };
    // SAFETY: The caller says so.
    let off = unsafe { preempt::Off::assume() };

    allocator.free(buf, Caller(caller), &off);
}

/// `jit_free_barrier()`
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_free_barrier(caller: c_ulong, may_sleep: bool) {
    // SAFETY: The caller answers for it.
    if let Ok(allocator) = unsafe { sleeping(ptr::null(), Caller(caller), may_sleep) } {
        allocator.barrier();
    }
}

/// `jit_helper_wake()` has been called.
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_woken() {
    // SAFETY: The module is not unloaded before this has returned: it waits for it.
    if let Some(allocator) = unsafe { instance::get() } {
        Allocator::reclaim_soon(allocator);
    }
}

/// How many pages the kernel could have back.
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_shrink_count() -> c_ulong {
    // SAFETY: The module is not unloaded before the shrinker is unregistered.
    unsafe { instance::get() }.map_or(0, |allocator| allocator.empty_bytes() / PAGE_SIZE)
}

/// The kernel wants them back. Returns how many pages it will get.
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_shrink_scan() -> c_ulong {
    // SAFETY: The module is not unloaded before the shrinker is unregistered.
    unsafe { instance::get() }.map_or(0, |allocator| allocator.shrink() / PAGE_SIZE)
}

/// `jit_alloc_usage()`
///
/// # Safety
///
/// As [`instance::get`]. `usage` is valid for writes.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_usage(usage: *mut abi::jit_alloc_usage) {
    // SAFETY: The caller answers for it.
    let Some(allocator) = (unsafe { instance::get() }) else {
        return;
    };
    let filled = abi::jit_alloc_usage {
        limit: allocator.budget().limit(),
        held: allocator.budget().spent(),
        waiting: allocator.stats().waiting().bytes,
    };

    // SAFETY: The caller answers for the pointer.
    unsafe { usage.write(filled) };
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
    // SAFETY: The caller answers for it.
    let Ok(allocator) = (unsafe { sleeping(ptr::null(), caller, may_sleep) }) else {
        return ptr::null_mut();
    };
    let Some(ty) = JitType::from_raw(ty) else {
        allocator.report(Misuse::BadType, ptr::null(), caller, None);
        return ptr::null_mut();
    };

    allocator
        .create_cache(ty)
        .map_or(ptr::null_mut(), |cache| cache.cast_mut().cast())
}

/// What the two functions that allocate from a cache have in common.
///
/// # Safety
///
/// As [`instance::get`]. `cache` is null, or a cache that nobody destroys meanwhile.
#[inline]
unsafe fn cache_alloc(
    cache: *mut abi::jit_cache,
    caller: Caller,
    may_sleep: bool,
    alloc: impl Fn(&Allocator, &Cache) -> Result<NonNull<u8>>,
) -> *mut c_void {
    let alloc = || {
        // SAFETY: The caller answers for it.
        let allocator = unsafe { sleeping(cache.cast(), caller, may_sleep) }?;
        // SAFETY: The caller answers for the cache.
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

    // SAFETY: The caller answers for it.
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

    // SAFETY: The caller answers for it.
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
    // SAFETY: The caller answers for it.
    let Ok(allocator) = (unsafe { sleeping(cache.cast(), caller, may_sleep) }) else {
        return;
    };

    if let Err(misuse) = allocator.destroy_cache(cache.cast_const().cast()) {
        allocator.report(misuse, cache.cast(), caller, None);
    }
}
