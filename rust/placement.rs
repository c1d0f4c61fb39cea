// SPDX-License-Identifier: GPL-2.0

//! Where in a pack a block goes, and what is known of it.
//!
//! Pure: imports `core` and the atomics of `sys/atomic.rs` only, so that the host can test it.

pub(crate) mod active_cpus;
pub(crate) mod batches;
pub(crate) mod birth;
pub(crate) mod bitmap;
pub(crate) mod block;
pub(crate) mod free_records;
pub(crate) mod freelists;
pub(crate) mod map;
pub(crate) mod occupancy;
pub(crate) mod policy;
pub(crate) mod reclaimed;
pub(crate) mod record;
pub(crate) mod records;
pub(crate) mod stain;
pub(crate) mod watermarks;
