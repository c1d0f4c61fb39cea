// SPDX-License-Identifier: GPL-2.0

//! The function that gives text an exception table, for C.
//!
//! C source: `extable.c`, which documents it.

use core::{mem::size_of, ptr, slice};
use kernel::{error::to_result, prelude::*};

use crate::{
    boundary::{exports::sleeping, prototypes::check_prototypes},
    sys::{abi, extable::Extable, misuse::Caller},
};

check_prototypes! {
    jit_rust_text_extable,
}

/// A slice may not have more: `isize::MAX` bytes of them.
const MOST: usize = isize::MAX as usize / size_of::<abi::jit_extable_entry>();

/// Writes a table to the text that it is made for.
fn write(table: &Extable) -> Result {
    let bytes = table.bytes();
    let at = ptr::without_provenance_mut(table.addr());

    // SAFETY: What is written is readable. Where it is written, is checked.
    to_result(unsafe { abi::jit_update_copy(at, bytes.as_ptr().cast(), bytes.len()) })
}

/// `jit_text_extable()`
///
/// # Safety
///
/// As [`instance::get`](super::instance::get). `entries` is valid for reads of `nr` entries, or null,
/// or anything if `may_sleep` is not set.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_text_extable(
    buf: *mut c_void,
    entries: *const abi::jit_extable_entry,
    nr: usize,
    caller: c_ulong,
    may_sleep: bool,
) -> c_int {
    let give_it = || {
        // SAFETY: By this function's own requirements, the caller's module holds this one.
        let allocator = unsafe { sleeping(buf, Caller(caller), may_sleep) }?;

        if buf.is_null() || entries.is_null() {
            return Err(EINVAL);
        }
        if nr > MOST {
            return Err(ERANGE);
        }
        // SAFETY: By this function's own requirements, since the caller may sleep; `nr` entries are
        // no more than a slice may have.
        let entries = unsafe { slice::from_raw_parts(entries, nr) };

        allocator.extable(buf.addr(), entries, write)
    };

    give_it().map_or_else(Error::to_errno, |()| 0)
}
