// SPDX-License-Identifier: GPL-2.0

//! `check_wx`: what is wrong with the page tables.

use kernel::{bindings, seq_file::SeqFile, seq_print};

use crate::{
    allocator::{wx::Looked, Allocator},
    boundary::{debugfs::show, prototypes::check_prototypes},
};

check_prototypes! {
    jit_rust_show_check_wx,
}

/// Most pages that are named.
const WRONG_NAMED: usize = 64;

/// Looks at the page tables, and shows what is wrong with them.
///
/// # Safety
///
/// As [`show`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_show_check_wx(m: *mut bindings::seq_file) {
    // SAFETY: By this function's own requirements, the caller's module holds this one.
    unsafe { show(m, check_wx) };
}

/// Pages that are wrong, one a line, and how many pages there are. All of a large page are wrong at
/// once, so not all are named.
fn check_wx(allocator: &Allocator, m: &SeqFile) {
    let mut named = 0_usize;
    let Some(Looked { pages, wrong }) = allocator.check_wx(|wrong| {
        if named < WRONG_NAMED {
            let (pool, addr) = (if wrong.is_text { "text" } else { "data" }, wrong.addr);

            seq_print!(m, "{pool} {addr:#x} {}\n", wrong.fault.message());
            named = named.wrapping_add(1);
        }
    }) else {
        seq_print!(m, "unknown\n");
        return;
    };

    seq_print!(m, "pages {pages}\nwrong {wrong}\n");
}
