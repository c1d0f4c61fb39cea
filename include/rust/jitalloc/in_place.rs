// SPDX-License-Identifier: GPL-2.0

//! Text that is written where it will run.

use core::{mem::ManuallyDrop, ptr::NonNull, slice};
use kernel::{error::to_result, prelude::*};

use super::{ffi, JitType, Published, Text};

/// Memory for code that is written at the address where it will run, and cannot be called yet.
///
/// It is of whole pages that nobody else has, and costs a change of permissions: where code can be
/// written elsewhere first, [`Text`] is for it.
///
/// # Invariants
///
/// `start` is what `jit_text_alloc_rw()` returned for `len` bytes, which is not zero, and which has
/// not been passed to `jit_text_restore_rox()`. `self` owns it.
pub(crate) struct InPlace {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: Any task may write and free the memory; none of it is bound to a CPU or a task.
unsafe impl Send for InPlace {}

// SAFETY: A shared reference only reads; writing needs a unique one.
unsafe impl Sync for InPlace {}

impl InPlace {
    /// Allocates `len` bytes, full of traps, for code of type `kind`.
    ///
    /// # Errors
    ///
    /// Those of [`Text::new`].
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn new(kind: JitType, len: usize) -> Result<Self> {
        if len == 0 || kind == JitType::ModulesData {
            return Err(EINVAL);
        }

        // SAFETY: Has no requirements.
        let start = unsafe { ffi::jit_text_alloc_rw(kind as c_uint, len) };

        // INVARIANT: This is what `jit_text_alloc_rw()` has just returned to us.
        Ok(InPlace {
            start: NonNull::new(start.cast()).ok_or(ENOMEM)?,
            len,
        })
    }

    /// Returns the address at which the code will run, to compute what is relative to it.
    pub(crate) fn addr(&self) -> usize {
        self.start.as_ptr().addr()
    }

    /// Returns what is in the memory.
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: By the type invariants, these `len` bytes are owned by `self`, and do not change
        // while it is borrowed. They are initialised, with traps.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }

    /// Returns what is in the memory, to be written.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: As in `bytes()`; it is writable until it becomes text, and `self` is borrowed
        // uniquely.
        unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }

    /// Ends writing, so that what was written can be called.
    ///
    /// # Errors
    ///
    /// Those of `jit_text_restore_rox()`; and memory that is neither written nor called any more.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn publish(self) -> Result<Text<Published>, (Error, Sealed)> {
        let this = ManuallyDrop::new(self);

        // INVARIANT: It takes over from `self`, which is not dropped.
        Sealed {
            start: this.start,
            len: this.len,
        }
        .publish()
    }
}

impl Drop for InPlace {
    /// Frees the memory.
    fn drop(&mut self) {
        // SAFETY: The allocation is ours, by the type invariants, and nobody can reach it after
        // this.
        unsafe { ffi::jit_free(self.start.as_ptr().cast()) };
    }
}

/// What was to become text, and did not: it may be writable or not, and cannot be called.
///
/// # Invariants
///
/// As [`InPlace`], but that it may have been passed to `jit_text_restore_rox()`, which has failed.
pub(crate) struct Sealed {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: Any task may free the memory.
unsafe impl Send for Sealed {}

// SAFETY: A shared reference can do nothing.
unsafe impl Sync for Sealed {}

impl Sealed {
    /// Tries again.
    ///
    /// # Errors
    ///
    /// As [`InPlace::publish`].
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn publish(self) -> Result<Text<Published>, (Error, Self)> {
        // SAFETY: The allocation is ours, by the type invariants, and nobody writes to it any more.
        let ret = unsafe { ffi::jit_text_restore_rox(self.start.as_ptr().cast()) };

        if let Err(err) = to_result(ret) {
            return Err((err, self));
        }
        let this = ManuallyDrop::new(self);

        // SAFETY: It has just become text, and was ours, by the type invariants.
        Ok(unsafe { Text::from_raw(this.start, this.len) })
    }
}

impl Drop for Sealed {
    /// Frees the memory.
    fn drop(&mut self) {
        // SAFETY: The allocation is ours, by the type invariants, and nobody can reach it after
        // this.
        unsafe { ffi::jit_free(self.start.as_ptr().cast()) };
    }
}
