// SPDX-License-Identifier: GPL-2.0

//! Owned data within reach of text.

use core::ptr::NonNull;

use crate::memory::{protect::Writable, vmalloc::VmRange};

/// Data that is writable and never executable.
pub(crate) struct Data(Writable);

impl Data {
    /// Fills a new range with zeroes.
    pub(crate) fn new(range: VmRange) -> Data {
        Data(Writable::new(range, &[0]))
    }

    /// Returns the first address.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.0.start()
    }

    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
