// SPDX-License-Identifier: GPL-2.0

//! The C boundary: checks arguments, calls one safe method, maps the result.
//!
//! C source: `exports.c`, which documents each function.

use core::ptr;
use kernel::{
    prelude::*,
    sync::ArcBorrow, //
};

use crate::{
    allocator::Allocator,
    boundary::{instance, prototypes::check_prototypes},
    params::JitType,
    pool::Pool,
    sys::{
        abi,
        misuse::{Caller, Misuse},
        preempt,
    },
};

check_prototypes! {
    jit_rust_arch_params,
    jit_rust_text_alloc,
    jit_rust_data_alloc,
    jit_rust_free,
    jit_rust_free_barrier,
    jit_rust_usage,
}

/// Returns the allocator for a call that sleeps, after a check that it may.
///
/// # Safety
///
/// As [`instance::get`].
///
/// # Errors
///
/// `EAGAIN`, which is `EWOULDBLOCK`, if it may not, after a warning; `ENODEV` if there is no
/// allocator.
#[inline]
pub(super) unsafe fn sleeping<'a>(
    ptr: *const c_void,
    caller: Caller,
    may_sleep: bool,
) -> Result<ArcBorrow<'a, Allocator>> {
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    let allocator = unsafe { instance::get() }.ok_or(ENODEV)?;

    if !may_sleep {
        allocator.report(Misuse::Atomic, ptr, caller, None);
        return Err(EAGAIN);
    }
    Ok(allocator)
}

/// Allocates from the cache of CPU number `cpu` in the pool that `pool` returns for a type. Returns
/// [`None`] without a report if that is not possible, for whatever reason.
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
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    let allocator = unsafe { instance::get() }?;
    let ty = JitType::from_raw(ty)?;
    let pool = pool(&allocator, ty)?;
    let start = Allocator::alloc_cached(pool, cpu as usize, ty, size, caller)?;

    Some(start.as_ptr().cast())
}

/// Allocates what the per-CPU cache does not have, or reports the caller's mistake.
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
    // SAFETY: By this function's own requirements, the caller's module holds this one.
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
        // SAFETY: By this function's own requirements, the caller's module holds this one.
        if let Some(start) = unsafe { alloc_cached(ty, size, caller, cpu, &pool) } {
            return start;
        }
    }
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    unsafe { alloc_slowly(ty, size, caller, may_sleep, pool) }
}

/// `jit_alloc_arch_params()`
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_arch_params() -> *const abi::jit_alloc_params {
    instance::params()
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
    // SAFETY: By this function's own requirements, the caller's module holds this one.
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
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    unsafe { alloc(ty, size, Caller(caller), cpu, may_sleep, Allocator::data) }
}

/// `jit_free()`
///
/// # Safety
///
/// As [`instance::get`]. Preemption is off.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_free(buf: *mut c_void, caller: c_ulong) {
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    let Some(allocator) = (unsafe { instance::get() }) else {
        return;
    };
    // SAFETY: By this function's own requirements.
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
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    if let Ok(allocator) = unsafe { sleeping(ptr::null(), Caller(caller), may_sleep) } {
        allocator.barrier(Caller(caller));
    }
}

/// `jit_alloc_usage()`
///
/// # Safety
///
/// As [`instance::get`]. `usage` is valid for writes.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_usage(usage: *mut abi::jit_alloc_usage) {
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    let Some(allocator) = (unsafe { instance::get() }) else {
        return;
    };
    let filled = abi::jit_alloc_usage {
        limit: allocator.budget().limit(),
        held: allocator.budget().spent(),
        waiting: allocator.stats().waiting().bytes,
    };

    // SAFETY: By this function's own requirements, it is valid for writes.
    unsafe { usage.write(filled) };
}
