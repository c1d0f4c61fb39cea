// SPDX-License-Identifier: GPL-2.0

//! `check_wx`: what is wrong with the page tables.

use kernel::{bindings, seq_file::SeqFile, seq_print};

use crate::{
    allocator::{wx::Looked, Allocator},
    boundary::{
        debugfs::{show, shows_addresses},
        prototypes::check_prototypes,
    },
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
    // SAFETY: By this function's own requirements.
    let is_shown = unsafe { shows_addresses(m) };

    // SAFETY: By this function's own requirements, the caller's module holds this one.
    unsafe { show(m, |allocator, m| check_wx(allocator, m, is_shown)) };
}

/// Pages that are wrong, one a line, and how many pages there are. All of a large page are wrong at
/// once, so not all are named.
fn check_wx(allocator: &Allocator, m: &SeqFile, is_shown: bool) {
    let mut named = 0_usize;
    let Some(Looked { pages, wrong }) = allocator.check_wx(|wrong| {
        if named < WRONG_NAMED {
            let pool = if wrong.is_text { "text" } else { "data" };
            let shown = if is_shown { wrong.addr } else { 0 };

            seq_print!(m, "{pool} {shown:#x} {}\n", wrong.fault.message());
            named = named.wrapping_add(1);
        }
    }) else {
        seq_print!(m, "unknown\n");
        return;
    };

    seq_print!(m, "pages {pages}\nwrong {wrong}\n");
}
