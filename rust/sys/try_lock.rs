// SPDX-License-Identifier: GPL-2.0

//! A lock that is only ever tried.
//!
//! A task that does not get it does without what it protects, so it needs no queue, no order, and
//! no preemption to be off: two instructions.
//!
//! Pure but for the atomics, which a model checker replaces.

use core::{
    cell::UnsafeCell,
    marker::PhantomData,
    ops::{Deref, DerefMut},
};

use crate::sys::atomic::{Acquire, AtomicU32, Release};

/// Something that one at a time may use.
///
/// # Invariants
///
/// `is_taken` is 1 as long as there is a [`TryGuard`], and there is at most one.
pub(crate) struct TryLock<T> {
    is_taken: AtomicU32,
    value: UnsafeCell<T>,
}

// SAFETY: The value is used by one at a time, on any CPU.
unsafe impl<T: Send> Sync for TryLock<T> {}

impl<T> TryLock<T> {
    /// Makes an unlocked lock.
    pub(crate) fn new(value: T) -> TryLock<T> {
        TryLock {
            is_taken: AtomicU32::new(0),
            value: UnsafeCell::new(value),
        }
    }

    /// Takes the lock, unless it is held.
    ///
    /// # Context
    ///
    /// Any.
    #[inline]
    pub(crate) fn try_lock(&self) -> Option<TryGuard<'_, T>> {
        // INVARIANT: It was 0, so there was no guard.
        (self.is_taken.swap(1, Acquire) == 0).then(|| TryGuard(self, PhantomData))
    }
}

/// The right to use what a lock protects. It goes where a reference to the value may go.
pub(crate) struct TryGuard<'a, T>(&'a TryLock<T>, PhantomData<&'a mut T>);

impl<T> Deref for TryGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: By the invariant of the lock, this is the only guard.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for TryGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: By the invariant of the lock, this is the only guard.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for TryGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // INVARIANT: This guard is gone.
        self.0.is_taken.store(0, Release);
    }
}
