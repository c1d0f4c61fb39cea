// SPDX-License-Identifier: GPL-2.0

//! Names of live text.
//!
//! A free says nothing of names: it may be in a non-maskable interrupt. The worker marks the names
//! of what has been freed before the grace period, and takes them away after it, before it
//! overwrites the text: code that is still run in the meantime has its name.

use kernel::{prelude::*, rbtree::RBTree, sync::rcu};

use crate::{
    allocator::registry::Registry,
    pool::pack::Memory,
    sys::{fault, symbol::Symbol},
};

/// A name, and whether its text had been freed when a grace period began.
struct Named {
    symbol: Symbol,
    is_dying: bool,
}

/// The names of blocks, by their addresses.
pub(crate) struct Names(RBTree<usize, Named>);

impl Names {
    /// Returns none.
    pub(crate) fn new() -> Names {
        Names(RBTree::new())
    }

    /// Gives the text that begins at `addr` a name, instead of the one that it has.
    ///
    /// # Errors
    ///
    /// `EFAULT` if no live block begins there, `EACCES` if it is data, `ENOMEM`.
    pub(crate) fn give(&mut self, registry: &Registry, addr: usize, name: &CStr) -> Result {
        // If it is freed after this, the worker looks for its name after this.
        let size = live_text(registry, addr)?;
        let named = Named {
            symbol: Symbol::new(name, addr, size)?,
            is_dying: false,
        };

        fault::point!(
            name_node,
            self.0.try_create_and_insert(addr, named, GFP_KERNEL)
        )?;
        Ok(())
    }

    /// Returns the name of the text that begins at `addr`, as the kernel shows it, if it has one.
    #[expect(dead_code, reason = "nothing shows it yet")]
    pub(crate) fn get(&self, addr: usize) -> Option<&CStr> {
        self.0.get(&addr).map(|named| named.symbol.name())
    }

    /// Marks the names of what is not live, for a grace period to begin. What is named is live, and
    /// a block that has been freed is not live again before [`Names::sweep`].
    pub(crate) fn mark(&mut self, registry: &Registry) {
        for (addr, named) in self.0.iter_mut() {
            named.is_dying |= live_text(registry, *addr).is_err();
        }
    }

    /// Takes away the names that are marked, and those of addresses that are `gone`.
    pub(crate) fn sweep(&mut self, gone: impl Fn(usize) -> bool) {
        let mut next = self.0.cursor_front_mut();

        while let Some(cursor) = next {
            let (addr, named) = cursor.current();

            next = if named.is_dying || gone(*addr) {
                // Behind the last one it goes back, to one that stays.
                cursor.remove_current().0
            } else {
                cursor.move_next()
            };
        }
    }

    /// Takes all names away.
    pub(crate) fn clear(&mut self) {
        self.0 = RBTree::new();
    }
}

/// Returns the size of the live text that begins at `addr`.
fn live_text(registry: &Registry, addr: usize) -> Result<usize> {
    let reading = rcu::read_lock();
    let pack = registry.find(addr, &reading).ok_or(EFAULT)?;
    let (block, size) = pack.find(addr).ok_or(EFAULT)?;

    if !block.is_live() {
        return Err(EFAULT);
    }
    match pack.memory() {
        Memory::Text(_) => Ok(size),
        Memory::Data(_) => Err(EACCES),
    }
}
