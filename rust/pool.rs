// SPDX-License-Identifier: GPL-2.0

//! Where an allocation goes.
//!
//! This is the whole interface between those who ask for memory and the policy that places it. The
//! policy today: every allocation has pages of its own.

use kernel::{prelude::*, sync::Arc};

use crate::{
    budget::Budget,
    data::Data,
    kfn::Kfn,
    params::{JitType, ValidParams},
    text::{FilledText, Text},
    vm::VmRange,
};

/// Places text and data in the ranges of their types.
pub(crate) struct Pool {
    kfn: Kfn,
    params: ValidParams,
    budget: Arc<Budget>,
}

impl Pool {
    /// Makes a pool over the ranges of `params` that holds no more than `budget`.
    pub(crate) fn new(kfn: Kfn, params: ValidParams, budget: Arc<Budget>) -> Pool {
        Pool {
            kfn,
            params,
            budget,
        }
    }

    /// Returns the ranges.
    pub(crate) fn params(&self) -> &ValidParams {
        &self.params
    }

    /// Returns the budget.
    pub(crate) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Allocates text that is published and full of traps.
    ///
    /// # Errors
    ///
    /// Those of [`VmRange::new`] and of [`FilledText::publish`].
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn text(&self, ty: JitType, size: usize) -> Result<Text> {
        let range = VmRange::new(self.kfn, self.params.range(ty), size, &self.budget)?;

        FilledText::new(range).publish(self.kfn)
    }

    /// Allocates data that text of type `ty` can reach.
    ///
    /// # Errors
    ///
    /// Those of [`VmRange::new`].
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn data(&self, ty: JitType, size: usize) -> Result<Data> {
        let range = VmRange::new(self.kfn, self.params.range(ty), size, &self.budget)?;

        Ok(Data::new(range))
    }
}
