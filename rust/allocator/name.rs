// SPDX-License-Identifier: GPL-2.0

//! What the public function that names text does.

use kernel::prelude::*;

use crate::allocator::Allocator;

impl Allocator {
    /// Gives the text that begins at `addr` a name, instead of the one that it has.
    ///
    /// # Errors
    ///
    /// `EFAULT` if no live block begins there, `EACCES` if it is data, `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn name(&self, addr: usize, name: &CStr) -> Result {
        self.names.lock().give(&self.registry, addr, name)
    }
}
