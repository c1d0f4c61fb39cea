// SPDX-License-Identifier: GPL-2.0

//! C as bindgen sees it, and a check that `jitalloc.rs` says the same, without which nothing
//! compiles.

use core::mem::offset_of;

use crate::jitalloc::{
    ffi,
    JitType,
    VERSION, //
};

#[allow(
    dead_code,
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    clippy::all,
    reason = "generated"
)]
mod generated {
    include!(env!("JIT_RUST_ABI"));
}

/// Both branches must have one type.
macro_rules! check_functions {
    ($($name:ident),* $(,)?) => {
        $(
            const _: () = {
                let _ = if true { generated::$name } else { ffi::$name };
            };
        )*
    };
}

check_functions!(
    jit_alloc_require,
    jit_text_alloc,
    jit_text_alloc_rw,
    jit_text_restore_rox,
    jit_data_alloc,
    jit_update_copy,
    jit_update_set,
    jit_text_name,
    jit_free,
    jit_free_barrier,
);

const _: () = {
    assert!(size_of::<ffi::jit_extable_entry>() == size_of::<generated::jit_extable_entry>());
    assert!(
        offset_of!(ffi::jit_extable_entry, fixup)
            == offset_of!(generated::jit_extable_entry, fixup)
    );
};

macro_rules! check_types {
    ($($rust:ident = $c:ident),* $(,)?) => {
        $(const _: () = assert!(JitType::$rust as generated::jit_type == generated::$c);)*
    };
}

check_types!(
    ModulesText = JIT_MODULES_TEXT,
    ModulesData = JIT_MODULES_DATA,
    Kprobes = JIT_KPROBES,
    Ftrace = JIT_FTRACE,
    Bpf = JIT_BPF,
);
const _: () = assert!(VERSION == generated::JIT_ALLOC_VERSION);
const _: () = assert!(JitType::Bpf as generated::jit_type + 1 == generated::JIT_TYPE_MAX);
