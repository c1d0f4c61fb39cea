// SPDX-License-Identifier: GPL-2.0

//! What bindgen makes of `abi.h`: our own C, as Rust sees it.
//!
//! Only the lowest floor and the C boundary use it.

#[allow(
    dead_code,
    improper_ctypes,
    missing_docs,
    non_camel_case_types,
    non_upper_case_globals,
    unreachable_pub,
    unused_imports,
    clippy::all,
    clippy::undocumented_unsafe_blocks,
    reason = "generated"
)]
mod generated {
    use kernel::bindings::{bool_, mm_struct, pgprot_t, seq_file, u32_, u64_, u8_};

    include!(env!("JITALLOC_ABI"));
}

pub(crate) use generated::*;
