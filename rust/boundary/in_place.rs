// SPDX-License-Identifier: GPL-2.0

//! The functions for text that its owner writes in place, for C.
//!
//! C source: `in_place.c`, which documents them.

use core::ptr;
use kernel::prelude::*;

use crate::{
    boundary::{exports::sleeping, prototypes::check_prototypes},
    params::JitType,
    sys::{
        abi,
        misuse::{Caller, Misuse},
    },
};

check_prototypes! {
    jit_rust_text_alloc_rw,
    jit_rust_text_restore_rox,
}

/// `jit_text_alloc_rw()`
///
/// # Safety
///
/// As [`instance::get`](super::instance::get).
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_text_alloc_rw(
    ty: abi::jit_type,
    size: usize,
    caller: c_ulong,
    may_sleep: bool,
) -> *mut c_void {
    let caller = Caller(caller);
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    let Ok(allocator) = (unsafe { sleeping(ptr::null(), caller, may_sleep) }) else {
        return ptr::null_mut();
    };
    let ty = JitType::from_raw(ty);
    let Some((ty, pool)) = ty.and_then(|ty| Some((ty, allocator.text(ty)?))) else {
        allocator.report(Misuse::BadType, ptr::null(), caller, None);
        return ptr::null_mut();
    };

    allocator
        .alloc_rw(pool, ty, size, caller)
        .map_or(ptr::null_mut(), |start| start.as_ptr().cast())
}

/// `jit_text_restore_rox()`
///
/// # Safety
///
/// As [`instance::get`](super::instance::get).
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_text_restore_rox(
    buf: *mut c_void,
    caller: c_ulong,
    may_sleep: bool,
) -> c_int {
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    let allocator = unsafe { sleeping(buf, Caller(caller), may_sleep) };
    let restored = allocator.and_then(|allocator| allocator.restore_rox(buf));

    restored.map_or_else(Error::to_errno, |()| 0)
}
