// SPDX-License-Identifier: GPL-2.0

//! What C and Rust say to each other, and what the module shows of itself.

mod c_params;
mod caches;
mod callbacks;
pub(crate) mod debugfs;
mod exports;
mod extable;
mod in_place;
pub(crate) mod instance;
mod names;
pub(crate) mod options;
pub(crate) mod owners;
mod param_lock;
mod prototypes;
pub(crate) mod shrinker;
mod trace;
mod update;
