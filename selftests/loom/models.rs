// SPDX-License-Identifier: GPL-2.0

//! The lock-free part of the allocator, in every order in which threads can run.
//!
//! A model is a few threads that do a few steps. The checker runs it again and again until it has
//! seen every interleaving with a few preemptions, and every value that a read may return by the
//! rules of C11's memory model. The files under test are those that the module is built from.

#![cfg(test)]
#![allow(dead_code)]

#[path = "../../rust"]
mod tree {
    pub(crate) mod allocator {
        pub(crate) mod wakeup;
    }
    pub(crate) mod placement;
    pub(crate) mod sys {
        #[path = "../../selftests/loom/atomic.rs"]
        pub(crate) mod atomic;
        pub(crate) mod try_lock;
    }
}

use tree::{allocator, placement, sys};

mod pack;

mod test_find;
mod test_grace;
mod test_keep;
mod test_kill;
mod test_try_lock;
mod test_wakeup;

use loom::model::Builder;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

/// Preemptions of a run, unless `LOOM_MAX_PREEMPTIONS` says otherwise.
const PREEMPTIONS: usize = 3;

/// Runs a model in all its interleavings.
fn check(name: &str, model: impl Fn() + Send + Sync + 'static) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let mut builder = Builder::new();

    builder.preemption_bound.get_or_insert(PREEMPTIONS);
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        model();
    });
    println!("# figure: loom_{name}={}", runs.load(Ordering::Relaxed));
}

/// Runs a model for which sequential consistency matters, in both ways to make it.
fn check_both(name: &str, model: impl Fn() + Send + Sync + Clone + 'static) {
    for (is_behind, way) in [(false, "before"), (true, "behind")] {
        sys::atomic::set_fences_behind(is_behind);
        check(&format!("{name}_{way}"), model.clone());
    }
}
