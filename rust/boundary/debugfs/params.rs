// SPDX-License-Identifier: GPL-2.0

//! `params`: the table of ranges as loaded, one type a line.

use kernel::{bindings, seq_file::SeqFile, seq_print};

use crate::{
    allocator::Allocator,
    boundary::{
        debugfs::{show, shows_addresses},
        prototypes::check_prototypes,
    },
    params::{JitType, KASAN_SHADOW, ROX_CACHE},
};

check_prototypes! {
    jit_rust_show_params,
}

/// Shows the table of ranges.
///
/// # Safety
///
/// As [`show`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_show_params(m: *mut bindings::seq_file) {
    // SAFETY: By this function's own requirements.
    let is_shown = unsafe { shows_addresses(m) };

    // SAFETY: By this function's own requirements.
    unsafe { show(m, |allocator, m| params(allocator, m, is_shown)) };
}

fn params(allocator: &Allocator, m: &SeqFile, is_shown: bool) {
    let shown = |addr: usize| if is_shown { addr } else { 0 };

    seq_print!(
        m,
        "# type start end fallback_start fallback_end pgprot alignment flags\n"
    );
    for ty in JitType::ALL {
        let range = allocator.params().range(ty);
        let flags = match (
            range.flags & KASAN_SHADOW != 0,
            range.flags & ROX_CACHE != 0,
        ) {
            (true, true) => "kasan-shadow,rox-cache",
            (true, false) => "kasan-shadow",
            (false, true) => "rox-cache",
            (false, false) => "none",
        };

        seq_print!(
            m,
            "{} {:#x} {:#x} {:#x} {:#x} {} {:#x} {}\n",
            ty.name(),
            shown(range.start),
            shown(range.end),
            shown(range.fallback_start),
            shown(range.fallback_end),
            range.prot.name(),
            range.alignment,
            flags,
        );
    }
}
