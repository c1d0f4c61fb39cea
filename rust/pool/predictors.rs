// SPDX-License-Identifier: GPL-2.0

//! When branch predictors have to forget the text that was where another owner's goes.
//!
//! Barriers are one at a time. What is counted by `begun` has a barrier behind it only when `done`
//! is greater: see `placement/stain.rs`.

use kernel::{
    new_mutex,
    prelude::*,
    sync::{Arc, Mutex},
};

use crate::{
    placement::stain::{OwnerId, Stain},
    sys::{
        atomic::{Acquire, AtomicU32, Release},
        fault,
        pred_flush::PredFlush,
    },
};

/// The barriers, and how many there were.
#[pin_data]
pub(crate) struct Predictors {
    flush: PredFlush,
    #[pin]
    flushing: Mutex<()>,
    begun: AtomicU32,
    done: AtomicU32,
}

impl Predictors {
    /// Counts from now on.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(flush: PredFlush) -> Result<Arc<Predictors>> {
        fault::point!(predictors);
        Arc::pin_init(
            pin_init!(Predictors {
                flush,
                flushing <- new_mutex!((), "jitalloc::flushing"),
                begun: AtomicU32::new(0),
                done: AtomicU32::new(0),
            }),
            GFP_KERNEL,
        )
    }

    /// Returns the stain of memory of which it is not known whose text was there.
    pub(crate) fn unknown(&self) -> Stain {
        Stain::new(OwnerId::SEVERAL, self.begun.load(Acquire))
    }

    /// Returns the stain of memory where text of `owner` was until now.
    pub(crate) fn and(&self, stain: Stain, owner: OwnerId) -> Stain {
        // In this order: of a barrier that ends in between, rather one more.
        let done = self.done.load(Acquire);

        stain.and(owner, self.begun.load(Acquire), done)
    }

    /// Has predictors forget text that was where `owner` puts his now, unless it was his own or they
    /// have since.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn forget(&self, stain: Stain, owner: OwnerId) {
        if !stain.is_foreign(owner, self.done.load(Acquire)) {
            return;
        }
        let _flushing = self.flushing.lock();

        if stain.is_foreign(owner, self.done.load(Acquire)) {
            let number = self.begun.fetch_add(1, Release).wrapping_add(1);

            self.flush.flush();
            self.done.store(number, Release);
        }
    }
}
