// SPDX-License-Identifier: GPL-2.0

//! What the public functions that name text, and give it an exception table, do.

use kernel::prelude::*;

use crate::{
    allocator::Allocator,
    sys::extable::{Entry, Extable},
};

impl Allocator {
    /// Gives the text that begins at `addr` a name, instead of the one that it has.
    ///
    /// # Errors
    ///
    /// `EFAULT` if no live block begins there, `EACCES` if it is data, `EBUSY` if the text has an
    /// exception table, `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn name(&self, addr: usize, name: &CStr) -> Result {
        self.names.lock().give(&self.registry, addr, name)
    }

    /// Gives the text that begins at `addr`, and has a name, an exception table, which `write` writes.
    ///
    /// # Errors
    ///
    /// `EFAULT` if no live block begins there, `EACCES` if it is data, `ENOENT` if it has no name,
    /// `EEXIST` if it has a table; those of [`Extable::new`], and of `write`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn extable(
        &self,
        addr: usize,
        entries: &[Entry],
        write: impl FnOnce(&Extable) -> Result,
    ) -> Result {
        self.names
            .lock()
            .give_extable(&self.registry, addr, entries, write)
    }
}
