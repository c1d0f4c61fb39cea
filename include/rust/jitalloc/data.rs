// SPDX-License-Identifier: GPL-2.0

//! Data of generated code.

use core::{
    ptr::NonNull,
    slice, //
};

use kernel::prelude::*;

use super::{check_bounds, ffi, JitType};

/// Writable memory that text of a type can reach, never executable.
///
/// No reference to it is ever made, as code may be writing it.
///
/// # Invariants
///
/// `start` is what `jit_data_alloc()` returned for `len` bytes, which is not zero. `self` owns it.
pub(crate) struct Data {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: Any task may read, write and free data; none of it is bound to a CPU or a task.
unsafe impl Send for Data {}

// SAFETY: A shared reference only reads; writing needs a unique one. What code does is the
// business of the code that made a [`Function`] of it.
unsafe impl Sync for Data {}

impl Data {
    /// Allocates `len` bytes of zeroes within reach of the text of type `kind`.
    ///
    /// # Errors
    ///
    /// [`EINVAL`] if `len` is 0; [`ENOMEM`] if there is no memory or address space, or less than
    /// `len` in the whole range of the type.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn new(kind: JitType, len: usize) -> Result<Self> {
        if len == 0 {
            return Err(EINVAL);
        }

        // SAFETY: Has no requirements.
        let start = unsafe { ffi::jit_data_alloc(kind as c_uint, len) };

        // INVARIANT: This is what `jit_data_alloc()` has just returned to us.
        Ok(Data {
            start: NonNull::new(start.cast()).ok_or(ENOMEM)?,
            len,
        })
    }

    /// Returns the address, to compute what is relative to it.
    pub(crate) fn addr(&self) -> usize {
        self.start.as_ptr().addr()
    }

    /// Returns the size in bytes.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Copies what is at `offset` into `bytes`.
    ///
    /// # Errors
    ///
    /// [`ERANGE`] if there are not that many.
    pub(crate) fn read(&self, offset: usize, bytes: &mut [u8]) -> Result {
        check_bounds(self.len, offset, bytes.len())?;

        // SAFETY:
        // - `[offset, offset + bytes.len())` is inside our allocation, as checked, and `bytes` is
        //   not.
        // - Nobody writes it meanwhile: `&mut self` would, and code does not by the promise made
        //   of it.
        unsafe {
            bytes
                .as_mut_ptr()
                .copy_from_nonoverlapping(self.start.as_ptr().add(offset), bytes.len());
        }
        Ok(())
    }

    /// Copies `bytes` to `offset`.
    ///
    /// # Errors
    ///
    /// [`ERANGE`] if there is not that much room.
    pub(crate) fn write(&mut self, offset: usize, bytes: &[u8]) -> Result {
        check_bounds(self.len, offset, bytes.len())?;

        // SAFETY:
        // - `[offset, offset + bytes.len())` is inside our allocation, as checked, and `bytes` is
        //   not.
        // - Nobody accesses it meanwhile: `self` is borrowed uniquely, and code does not by the
        //   promise made of it.
        unsafe {
            self.start
                .as_ptr()
                .add(offset)
                .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
        Ok(())
    }
}

impl Drop for Data {
    /// Frees the data. Its memory is recycled only when no CPU can be running code that uses it.
    fn drop(&mut self) {
        // SAFETY: The allocation is ours, by the type invariants, and nobody can reach it after
        // this.
        unsafe { ffi::jit_free(self.start.as_ptr().cast()) };
    }
}
