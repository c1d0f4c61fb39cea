// SPDX-License-Identifier: GPL-2.0

//! The C interface. A crate can hold it against bindgen's view of the header.

use kernel::prelude::*;

/// One of the writes of `jit_update_batch()`.
#[repr(C)]
pub(crate) struct jit_update {
    pub(crate) dst: *mut c_void,
    pub(crate) src: *const c_void,
    pub(crate) len: usize,
}

/// An instruction that may fault, for [`Text::set_extable`](super::Text::set_extable).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct jit_extable_entry {
    /// Where it begins, from the beginning of the text, in bytes.
    pub(crate) insn: u32,
    /// Where to go on if it does, counted likewise; all registers are as they were when it began.
    pub(crate) fixup: u32,
}

extern "C" {
    pub(crate) fn jit_alloc_require(version: c_uint) -> c_int;
    pub(crate) fn jit_text_alloc(type_: c_uint, size: usize) -> *mut c_void;
    pub(crate) fn jit_text_dup(type_: c_uint, src: *const c_void, len: usize) -> *mut c_void;
    pub(crate) fn jit_text_alloc_rw(type_: c_uint, size: usize) -> *mut c_void;
    pub(crate) fn jit_text_restore_rox(buf: *mut c_void) -> c_int;
    pub(crate) fn jit_data_alloc(type_: c_uint, size: usize) -> *mut c_void;
    pub(crate) fn jit_update_copy(dst: *mut c_void, src: *const c_void, len: usize) -> c_int;
    pub(crate) fn jit_update_set(dst: *mut c_void, byte: u8, len: usize) -> c_int;
    pub(crate) fn jit_update_batch(updates: *const jit_update, nr: usize) -> c_int;
    pub(crate) fn jit_text_name(buf: *mut c_void, fmt: *const c_char, ...) -> c_int;
    pub(crate) fn jit_text_extable(
        buf: *mut c_void,
        entries: *const jit_extable_entry,
        nr: usize,
    ) -> c_int;
    pub(crate) fn jit_free(buf: *mut c_void);
    pub(crate) fn jit_free_barrier();
}
