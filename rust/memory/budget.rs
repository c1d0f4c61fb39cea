// SPDX-License-Identifier: GPL-2.0

//! How much memory all allocations together may hold.
//!
//! Without a limit a caller could take all of it, and when text is freed the kernel itself needs
//! memory, to split the direct map.

use kernel::{
    prelude::*,
    sync::{
        atomic::{Atomic, Relaxed},
        Arc,
    },
};

use crate::sys::fault;

/// A number of bytes to spend.
pub(crate) struct Budget {
    limit: Atomic<usize>,
    spent: Atomic<usize>,
}

impl Budget {
    /// Makes a budget of `limit` bytes.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn new(limit: usize) -> Result<Arc<Budget>> {
        let budget = Budget {
            limit: Atomic::new(limit),
            spent: Atomic::new(0),
        };

        Ok(fault::point!(budget, Arc::new(budget, GFP_KERNEL))?)
    }

    /// Returns the limit in bytes.
    pub(crate) fn limit(&self) -> usize {
        self.limit.load(Relaxed)
    }

    /// Changes the limit. Less than what is spent takes nothing away, and refuses all else until
    /// enough has come back.
    pub(crate) fn set_limit(&self, limit: usize) {
        self.limit.store(limit, Relaxed);
    }

    /// Returns whether more is spent than the limit allows by now.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.spent() > self.limit()
    }

    /// Returns how many bytes are spent.
    pub(crate) fn spent(&self) -> usize {
        self.spent.load(Relaxed)
    }
}

/// Bytes that are spent, until this is dropped.
///
/// # Invariants
///
/// `len` bytes of `budget.spent` are those of `self`.
pub(crate) struct Charge {
    budget: Arc<Budget>,
    len: usize,
}

impl Charge {
    /// Charges `len` bytes to `budget`.
    ///
    /// What does not fit is never added, so a large request that is refused does not make a small
    /// one fail that comes at the same time.
    ///
    /// # Errors
    ///
    /// `ENOMEM` if that is more than is left.
    pub(crate) fn new(budget: &Arc<Budget>, len: usize) -> Result<Charge> {
        let mut spent = budget.spent.load(Relaxed);

        loop {
            let sum = spent
                .checked_add(len)
                .filter(|sum| *sum <= budget.limit())
                .ok_or(ENOMEM)?;

            match budget.spent.cmpxchg(spent, sum, Relaxed) {
                Ok(_) => break,
                Err(now) => spent = now,
            }
        }
        // INVARIANT: They were just added.
        Ok(Charge {
            budget: budget.clone(),
            len,
        })
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.budget.spent.fetch_sub(self.len, Relaxed);
    }
}
