// SPDX-License-Identifier: GPL-2.0

//! What tracepoints say of a block.
//!
//! C source: `exports.c`

use kernel::prelude::*;

use crate::{
    boundary::{instance, prototypes::check_prototypes},
    sys::{abi, preempt},
};

check_prototypes! {
    jit_rust_find,
}

/// Describes the live block that begins at `buf`. Returns false if none does.
///
/// # Safety
///
/// As [`instance::get`]. Preemption is off; `found` is valid for writes.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_find(
    buf: *const c_void,
    found: *mut abi::jit_found,
) -> bool {
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    let Some(allocator) = (unsafe { instance::get() }) else {
        return false;
    };
    // SAFETY: By this function's own requirements.
    let off = unsafe { preempt::Off::assume() };
    let Some(pack) = allocator.registry.find(buf.addr(), &off) else {
        return false;
    };
    let Some((block, size)) = pack.find(buf.addr()) else {
        return false;
    };
    let is_text = pack.memory().is_text();

    // SAFETY: By this function's own requirements, it is valid for writes.
    unsafe {
        found.write(abi::jit_found {
            size,
            type_: block.ty(),
            is_text,
        });
    }
    block.is_live()
}
