// SPDX-License-Identifier: GPL-2.0

//! The functions that write text, for C.
//!
//! C source: `update.c`, which documents each function.

use core::ptr::{self, NonNull};
use kernel::prelude::*;

use crate::{
    allocator::Allocator,
    arch::{WriteGuard, WriteScope},
    boundary::{instance, prototypes::check_prototypes},
    params::JitType,
    sys::{
        abi,
        misuse::{Caller, Misuse},
    },
};

check_prototypes! {
    jit_rust_update_copy,
    jit_rust_update_set,
    jit_rust_update_batch,
    jit_rust_update_refused,
    jit_rust_text_dup,
}

/// Writes any bytes of text, or returns why not; `write` as for
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
    // SAFETY: By this function's own requirements.
    let scope = unsafe { WriteScope::assume(flags) };
    let update = || {
        // SAFETY: By this function's own requirements, the caller's module holds this one.
        let allocator = unsafe { instance::get() }.ok_or(ENODEV)?;

        allocator.update(dst.cast(), len, &scope, write)
    };

    update().map_or_else(Error::to_errno, |()| 0)
}

/// Writes the first bytes of text; `write` as for [`Allocator::update_first`]. Returns false if it
/// is anything else.
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
    // SAFETY: By this function's own requirements.
    let scope = unsafe { WriteScope::assume(flags) };
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    let Some(allocator) = (unsafe { instance::get() }) else {
        return false;
    };

    allocator
        .update_first(dst.cast(), len, &scope, write)
        .is_some()
}

/// `jit_update_copy()`
///
/// # Safety
///
/// As [`instance::get`]. `src` is null, or valid for reads of `len` bytes. Interrupts are off;
/// `flags` says what was before. This is no NMI.
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

    // SAFETY: By this function's own requirements, the caller's module holds this one, and the
    // source is valid.
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
    // SAFETY: By this function's own requirements, the caller's module holds this one.
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

/// `jit_update_copy()` or `jit_update_set()` was called from a context that
/// cannot write text.
///
/// # Safety
///
/// As [`instance::get`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_update_refused(
    dst: *mut c_void,
    caller: c_ulong,
    in_nmi: bool,
) -> c_int {
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    let Some(allocator) = (unsafe { instance::get() }) else {
        return ENODEV.to_errno();
    };

    let misuse = if in_nmi { Misuse::Nmi } else { Misuse::Atomic };

    allocator.report(misuse, dst, Caller(caller), None);
    EAGAIN.to_errno()
}

/// `jit_update_batch()`
///
/// # Safety
///
/// As [`instance::get`]. `updates` is valid for reads of `nr` writes, the source of each as for
/// `jit_update_copy()`. Interrupts are off; `flags` says what was before. This is no NMI.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_update_batch(
    updates: *const abi::jit_update,
    nr: usize,
    flags: c_ulong,
) -> c_int {
    // SAFETY: By this function's own requirements.
    let scope = unsafe { WriteScope::assume(flags) };
    let mut done = 0;
    let next = || {
        // SAFETY: By this function's own requirements, as long as `done` is less than `nr`.
        let update = (done < nr).then(|| unsafe { updates.add(done).read() })?;

        done = done.wrapping_add(1);
        let src = NonNull::new(update.src.cast_mut().cast()).ok_or(EINVAL);
        Some(src.map(|src| (update.dst.cast(), src, update.len)))
    };
    let update = || {
        // SAFETY: By this function's own requirements, the caller's module holds this one.
        let allocator = unsafe { instance::get() }.ok_or(ENODEV)?;

        // SAFETY: By this function's own requirements.
        unsafe { allocator.update_batch(&scope, next) }
    };

    update().map_or_else(Error::to_errno, |()| 0)
}

/// `jit_text_dup()`, from the cache of CPU number `cpu`. Returns null without a report if that is
/// not possible, for whatever reason.
///
/// # Safety
///
/// As [`instance::get`]. `src` is null, or valid for reads of `len` bytes. The caller may sleep but
/// for this: interrupts are off; `flags` says what was before.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_text_dup(
    ty: abi::jit_type,
    src: *const c_void,
    len: usize,
    caller: c_ulong,
    cpu: c_uint,
    flags: c_ulong,
) -> *mut c_void {
    // SAFETY: By this function's own requirements.
    let scope = unsafe { WriteScope::assume(flags) };
    let dup = || {
        let src = NonNull::new(src.cast_mut().cast())?;
        // SAFETY: By this function's own requirements, the caller's module holds this one.
        let allocator = unsafe { instance::get() }?;
        let ty = JitType::from_raw(ty)?;
        let pool = allocator.text(ty)?;

        let owner = Caller(caller);
        let new = Allocator::alloc_cached_with_pack(pool, cpu as usize, ty, len, owner, &scope)?;

        // SAFETY: By this function's own requirements, the source is valid.
        unsafe { allocator.copy_new(new, owner, src, len, &scope) }
    };

    dup().map_or(ptr::null_mut(), |start| start.as_ptr().cast())
}
