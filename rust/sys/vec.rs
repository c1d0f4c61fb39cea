// SPDX-License-Identifier: GPL-2.0

//! Vectors that fail without a warning, and without the arithmetic of `KVec::push()` and
//! `KVec::reserve()`, which panics if it overflows.
//!
//! Whatever grows with memory is a `KVVec`: it needs no large physically contiguous piece.

use core::mem;
use kernel::{
    alloc::{
        flags::{__GFP_NOWARN, __GFP_ZERO},
        Allocator, Flags, Vec,
    },
    prelude::*,
};

use crate::sys::fault;

/// A failure is the caller's to report.
fn flags() -> Flags {
    GFP_KERNEL | __GFP_NOWARN
}

/// Makes an empty vector with room for `capacity` values.
///
/// # Errors
///
/// `ENOMEM`.
///
/// # Context
///
/// Process context, may sleep.
pub(crate) fn with_capacity<T, A: Allocator>(capacity: usize) -> Result<Vec<T, A>> {
    Ok(fault::point!(vec, Vec::with_capacity(capacity, flags()))?)
}

/// Adds a value.
///
/// # Errors
///
/// `ENOMEM`.
///
/// # Context
///
/// Process context, may sleep.
pub(crate) fn push<T, A: Allocator>(vec: &mut Vec<T, A>, value: T) -> Result {
    let additional = vec.len().max(4);

    if vec.len() == vec.capacity() {
        reserve(vec, additional)?;
    }
    vec.push_within_capacity(value).map_err(|_| ENOMEM)
}

/// Makes room for `additional` values.
///
/// # Errors
///
/// `ENOMEM`.
///
/// # Context
///
/// Process context, may sleep.
pub(crate) fn reserve<T, A: Allocator>(vec: &mut Vec<T, A>, additional: usize) -> Result {
    let needed = vec.len().checked_add(additional).ok_or(ENOMEM)?;
    if needed <= vec.capacity() {
        return Ok(());
    }
    let mut larger = fault::point!(vec, Vec::with_capacity(needed, flags()))?;

    refill(vec, &mut larger);
    Ok(())
}

/// Moves all values to `larger`, if that has room for them, and swaps the two.
pub(crate) fn refill<T, A: Allocator>(vec: &mut Vec<T, A>, larger: &mut Vec<T, A>) {
    if larger.capacity() < vec.len() {
        return;
    }
    mem::swap(vec, larger);
    for value in larger.drain_all() {
        // There is room, as was just checked.
        let _ = vec.push_within_capacity(value);
    }
}

/// Makes a vector of `len` values.
///
/// # Errors
///
/// `ENOMEM`.
///
/// # Context
///
/// Process context, may sleep.
pub(crate) fn filled<T, A: Allocator>(
    len: usize,
    mut value: impl FnMut() -> Result<T>,
) -> Result<Vec<T, A>> {
    let mut vec = fault::point!(vec, Vec::with_capacity(len, flags()))?;

    for _ in 0..len {
        vec.push_within_capacity(value()?).map_err(|_| ENOMEM)?;
    }
    Ok(vec)
}

/// Makes a vector of `len` values that are zeroes. (`KVec::zeroed()` is there from 7.3 on.)
///
/// # Errors
///
/// `ENOMEM`.
///
/// # Context
///
/// Process context, may sleep.
pub(crate) fn zeroed<T: Zeroable, A: Allocator>(len: usize) -> Result<Vec<T, A>> {
    let vec = fault::point!(vec, Vec::<T, A>::with_capacity(len, flags() | __GFP_ZERO))?;
    let (ptr, _, capacity) = vec.into_raw_parts();

    // SAFETY: They are the parts of a vector with room for `len` values. Its memory was zeroed, and
    // zeroes are a value of the type.
    Ok(unsafe { Vec::from_raw_parts(ptr, len, capacity) })
}
