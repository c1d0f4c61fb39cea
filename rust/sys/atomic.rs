// SPDX-License-Identifier: GPL-2.0

//! Atomics for what the fast paths share.
//!
//! These are `core`'s. The kernel's own are functions of C, which a kernel that does not inline its
//! helpers calls one by one: nine instructions each, where one is meant, and an allocation, a write
//! and a free have thirty of them. Only Rust files of this module use these words, so one memory
//! model is enough; locks and grace periods order more than either model asks for.
//!
//! A model checker has a file of its own in this one's place.

pub(crate) use core::sync::atomic::{
    AtomicPtr, AtomicU16, AtomicU32, AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
};
