// SPDX-License-Identifier: GPL-2.0

//! The C boundary: checks arguments, calls one safe method, maps the result.
//!
//! C source: `exports.c`, which documents each function.

use core::ptr::{self, NonNull};
use kernel::{
    prelude::*,
    sync::ArcBorrow, //
};

use crate::{
    abi,
    allocator::Allocator,
    instance,
    misuse::{Caller, Misuse},
    params::JitType,
    write::Source,
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
    jit_rust_free,
    jit_rust_free_barrier,
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
unsafe fn sleeping<'a>(ptr: *const c_void, caller: Caller) -> Result<ArcBorrow<'a, Allocator>> {
    // SAFETY: The caller answers for it.
    let allocator = unsafe { instance::get() }.ok_or(ENODEV)?;

    // SAFETY: A function without requirements.
    if !unsafe { abi::jit_helper_may_sleep() } {
        allocator.report(Misuse::Atomic, ptr, caller, None);
        return Err(EAGAIN);
    }
    Ok(allocator)
}

/// What the two functions that allocate have in common.
///
/// # Safety
///
/// As [`instance::get`].
unsafe fn alloc(
    ty: c_uint,
    caller: Caller,
    is_allowed: impl Fn(JitType) -> bool,
    alloc: impl Fn(&Allocator, JitType) -> Result<NonNull<u8>>,
) -> *mut c_void {
    // SAFETY: The caller answers for it.
    let Ok(allocator) = (unsafe { sleeping(ptr::null(), caller) }) else {
        return ptr::null_mut();
    };
    let Some(ty) = JitType::from_raw(ty).filter(|ty| is_allowed(*ty)) else {
        allocator.report(Misuse::BadType, ptr::null(), caller, None);
        return ptr::null_mut();
    };

    alloc(&allocator, ty).map_or(ptr::null_mut(), |start| start.as_ptr().cast())
}

/// What the two functions that write have in common.
///
/// # Safety
///
/// As [`instance::get`] and [`Allocator::update`].
unsafe fn update(dst: *mut c_void, source: Option<Source>, len: usize, caller: Caller) -> c_int {
    let update = || {
        // SAFETY: The caller answers for it.
        let allocator = unsafe { sleeping(dst, caller) }?;
        let dst = NonNull::new(dst.cast()).ok_or(EINVAL)?;

        // SAFETY: The caller answers for the source.
        unsafe { allocator.update(dst, source.ok_or(EINVAL)?, len) }
    };

    update().map_or_else(Error::to_errno, |()| 0)
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
) -> *mut c_void {
    let caller = Caller(caller);

    // SAFETY: The caller answers for it.
    unsafe {
        alloc(ty, caller, JitType::is_text, |allocator, ty| {
            allocator.alloc_text(ty, size, caller)
        })
    }
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
) -> *mut c_void {
    let caller = Caller(caller);

    // SAFETY: The caller answers for it.
    unsafe {
        alloc(
            ty,
            caller,
            |_| true,
            |allocator, ty| allocator.alloc_data(ty, size, caller),
        )
    }
}

/// `jit_update_copy()`
///
/// # Safety
///
/// As [`instance::get`]. `src` is null, or valid for reads of `len` bytes.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_update_copy(
    dst: *mut c_void,
    src: *const c_void,
    len: usize,
    caller: c_ulong,
) -> c_int {
    let source = NonNull::new(src.cast_mut().cast()).map(Source::Copy);

    // SAFETY: The caller answers for it.
    unsafe { update(dst, source, len, Caller(caller)) }
}

/// `jit_update_set()`
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_update_set(
    dst: *mut c_void,
    byte: u8,
    len: usize,
    caller: c_ulong,
) -> c_int {
    // SAFETY: The caller answers for it; the source is not a pointer.
    unsafe { update(dst, Some(Source::Set(byte)), len, Caller(caller)) }
}

/// `jit_free()`
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_free(buf: *mut c_void, caller: c_ulong) {
    // SAFETY: The caller answers for it.
    let (Some(allocator), Some(start)) = (unsafe { instance::get() }, NonNull::new(buf.cast()))
    else {
        return;
    };

    if let Err((misuse, owner)) = Allocator::free(allocator, start) {
        allocator.report(misuse, buf, Caller(caller), owner);
    }
}

/// `jit_free_barrier()`
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_free_barrier(caller: c_ulong) {
    // SAFETY: The caller answers for it.
    if let Ok(allocator) = unsafe { sleeping(ptr::null(), Caller(caller)) } {
        allocator.reclaim();
    }
}
