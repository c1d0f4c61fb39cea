// SPDX-License-Identifier: GPL-2.0

//! `histograms`: how large live blocks are, and how long things take, by powers of two.

use kernel::{bindings, seq_file::SeqFile, seq_print};

use crate::{
    allocator::Allocator,
    boundary::{debugfs::show, prototypes::check_prototypes},
    pool::histogram::Histogram,
};

check_prototypes! {
    jit_rust_show_histograms,
}

/// Shows the histograms.
///
/// # Safety
///
/// As [`show`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_show_histograms(m: *mut bindings::seq_file) {
    // SAFETY: By this function's own requirements.
    unsafe { show(m, histograms) };
}

fn histograms(allocator: &Allocator, m: &SeqFile) {
    let stats = allocator.stats();
    let (text, data) = (Histogram::new(), Histogram::new());

    allocator.registry.each_live(|pack, live| {
        let sizes = if pack.memory().is_text() {
            &text
        } else {
            &data
        };

        // CAST: A size is a number of 64 bits at most.
        sizes.add(live.size as u64);
    });
    seq_print!(m, "# histogram from below count\n");
    for (name, histogram) in [
        ("text_bytes", &text),
        ("data_bytes", &data),
        ("alloc_ns", &stats.alloc_ns),
        ("update_ns", &stats.update_ns),
        ("wait_ns", &stats.wait_ns),
        ("grow_ns", &stats.grow_ns),
        ("grace_ns", &stats.grace_ns),
        ("reclaim_ns", &stats.reclaim_ns),
    ] {
        for (from, count) in histogram.each() {
            seq_print!(m, "{name} {from} {} {count}\n", from.wrapping_mul(2));
        }
    }
}
