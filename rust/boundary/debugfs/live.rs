// SPDX-License-Identifier: GPL-2.0

//! `live`: what is live, one type a line.

use kernel::{bindings, seq_file::SeqFile, seq_print};

use crate::{
    allocator::Allocator,
    boundary::{debugfs::show, prototypes::check_prototypes},
    params::JitType,
};

check_prototypes! {
    jit_rust_show_live,
}

/// Shows what is live.
///
/// # Safety
///
/// As [`show`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_show_live(m: *mut bindings::seq_file) {
    // SAFETY: By this function's own requirements.
    unsafe { show(m, live) };
}

fn live(allocator: &Allocator, m: &SeqFile) {
    seq_print!(m, "# type allocations bytes\n");
    for ty in JitType::ALL {
        let live = allocator.live(ty);

        seq_print!(m, "{} {} {}\n", ty.name(), live.count, live.bytes);
    }
}
