// SPDX-License-Identifier: GPL-2.0

//! The function that names text, for C.
//!
//! C source: `names.c`, which documents it.

use core::slice;
use kernel::prelude::*;

use crate::{
    boundary::{exports::sleeping, prototypes::check_prototypes},
    sys::misuse::Caller,
};

check_prototypes! {
    jit_rust_text_name,
}

/// `jit_text_name()`
///
/// # Safety
///
/// As [`instance::get`](super::instance::get). `name` is a C string of `size` bytes with
/// its null byte, or anything if `may_sleep` is not set.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_text_name(
    buf: *mut c_void,
    name: *const c_char,
    size: usize,
    caller: c_ulong,
    may_sleep: bool,
) -> c_int {
    let name_it = || {
        // SAFETY: By this function's own requirements, the caller's module holds this one.
        let allocator = unsafe { sleeping(buf, Caller(caller), may_sleep) }?;
        // SAFETY: By this function's own requirements, since the caller may sleep.
        let name = unsafe { slice::from_raw_parts(name.cast(), size) };
        let name = CStr::from_bytes_with_nul(name).map_err(|_| EINVAL)?;

        if buf.is_null() {
            return Err(EINVAL);
        }
        allocator.name(buf.addr(), name)
    };

    name_it().map_or_else(Error::to_errno, |()| 0)
}
