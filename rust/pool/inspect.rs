// SPDX-License-Identifier: GPL-2.0

//! A look at one pack of a pool.

use kernel::sync::Arc;

use crate::{
    placement::map::Map,
    pool::{pack::Pack, Pool},
};

/// A pack, and what is free in it.
pub(crate) struct Inspected {
    /// It.
    pub(crate) pack: Arc<Pack>,
    /// Grains of the blocks on its freelists.
    pub(crate) kept: usize,
}

impl Pool {
    /// Looks for the pack that covers `addr`, and copies the bits of its free grains to `bits`, as
    /// far as there is room.
    pub(crate) fn inspect(&self, addr: usize, bits: &mut [u64]) -> Option<Inspected> {
        let mut packs = self.packs.lock();
        let mut entries = packs.entries().iter();
        let entry =
            entries.find(|entry| addr.wrapping_sub(entry.pack.start()) < entry.pack.len())?;

        for (to, from) in bits.iter_mut().zip(entry.map().map_or(&[][..], Map::bits)) {
            *to = *from;
        }
        Some(Inspected {
            pack: entry.pack.clone(),
            kept: entry.freelist_grains(),
        })
    }
}
