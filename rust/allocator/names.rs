// SPDX-License-Identifier: GPL-2.0

//! Names of live text.
//!
//! A free says nothing of names: it may be in a non-maskable interrupt. The record of a block that
//! is given a name says so, and still does when the block is dying, so the worker looks at the names
//! of what was freed, and at no others. It takes them away after the grace period, before it
//! overwrites the text: code that is still run in the meantime has its name.

use kernel::{prelude::*, rbtree::RBTree, sync::rcu};

use crate::{
    allocator::registry::Registry,
    pool::Pool,
    sys::{
        extable::{Entry, Extable},
        fault,
        symbol::Symbol,
    },
};

/// The names of blocks, by their addresses.
///
/// # Invariants
///
/// The record of a block that has a name says that it may have one.
pub(crate) struct Names(RBTree<usize, Symbol>);

impl Names {
    /// Returns none.
    pub(crate) fn new() -> Names {
        // INVARIANT: There are none.
        Names(RBTree::new())
    }

    /// Gives the text that begins at `addr` a name, instead of the one that it has.
    ///
    /// # Errors
    ///
    /// `EFAULT` if no live block begins there, `EACCES` if it is data, `EBUSY` if the text has an
    /// exception table, `ENOMEM`.
    pub(crate) fn give(&mut self, registry: &Registry, addr: usize, name: &CStr) -> Result {
        // If it is freed after this, the worker looks for its name, once the lock is released.
        let size = mark(registry, addr)?;
        // Its symbol may be looked at as long as somebody is in the text.
        if self.0.get(&addr).is_some_and(Symbol::has_extable) {
            return Err(EBUSY);
        }
        let symbol = Symbol::new(name, addr, size)?;

        // INVARIANT: It has just been marked.
        fault::point!(
            name_node,
            self.0.try_create_and_insert(addr, symbol, GFP_KERNEL)
        )?;
        Ok(())
    }

    /// Gives the text that begins at `addr`, and has a name, an exception table, which `write` writes.
    ///
    /// # Errors
    ///
    /// `EFAULT` if no live block begins there, `EACCES` if it is data, `ENOENT` if it has no name,
    /// `EEXIST` if it has a table; those of [`Extable::new`], and of `write`.
    pub(crate) fn give_extable(
        &mut self,
        registry: &Registry,
        addr: usize,
        entries: &[Entry],
        write: impl FnOnce(&Extable) -> Result,
    ) -> Result {
        let size = mark(registry, addr)?;
        let symbol = self.0.get_mut(&addr).ok_or(ENOENT)?;

        if symbol.has_extable() {
            return Err(EEXIST);
        }
        let table = Extable::new(entries, addr, size)?;
        write(&table)?;
        symbol.add_extable(&table)
    }

    /// Returns the name of the text that begins at `addr`, as the kernel shows it, if it has one.
    pub(crate) fn get(&self, addr: usize) -> Option<&[u8]> {
        self.0.get(&addr).map(Symbol::name)
    }

    /// Returns how many there are.
    pub(crate) fn nr(&self) -> usize {
        self.0.iter().fold(0_usize, |nr, _| nr.wrapping_add(1))
    }

    /// Takes the names of blocks away that `pools` have collected and not yet taken back.
    pub(crate) fn remove_collected<'a>(&mut self, pools: impl Iterator<Item = &'a Pool>) {
        for pool in pools.filter(|pool| pool.is_text()) {
            if self.0.is_empty() {
                return;
            }
            pool.each_collected_name(|addr| drop(self.0.remove(&addr)));
        }
    }

    /// Takes the names of the `len` bytes from `start` on away.
    pub(crate) fn remove_within(&mut self, start: usize, len: usize) {
        while let Some(cursor) = self.0.cursor_lower_bound_mut(&start) {
            if cursor.current().0.wrapping_sub(start) >= len {
                return;
            }
            drop(cursor.remove_current());
        }
    }
}

/// Has the record of the live text that begins at `addr` say that it may have a name. Returns the
/// size of the text.
fn mark(registry: &Registry, addr: usize) -> Result<usize> {
    let reading = rcu::read_lock();
    let pack = registry.find(addr, &reading).ok_or(EFAULT)?;

    if pack.memory().text().is_some() {
        return pack.set_named(addr).ok_or(EFAULT);
    }
    let (block, _) = pack.find(addr).ok_or(EFAULT)?;

    Err(if block.is_live() { EACCES } else { EFAULT })
}
