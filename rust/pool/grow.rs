// SPDX-License-Identifier: GPL-2.0

//! How a pool grows: the memory of a new pack, from the kernel's cache or its own.

use kernel::{
    prelude::*,
    sync::{
        atomic::Relaxed,
        lock::mutex::MutexGuard,
        Arc, //
    },
};

use crate::{
    memory::{
        data::Data,
        execmem::ExecmemRange,
        in_place::InPlace,
        text::{FilledText, Text},
        vmalloc::VmRange,
    },
    placement::{
        policy::{self, Growth},
        records::Window,
    },
    pool::{
        pack::{Memory, Pack},
        pack_state::PackState,
        packs::Packs,
        slot::Slot,
        Backing, Pool,
    },
    sys::fault,
};

impl Pool {
    /// Keeps others from making the pool grow.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn lock_growth(&self) -> MutexGuard<'_, ()> {
        self.growing.lock()
    }

    /// Returns whether text may be borrowed from the kernel's own cache. Not if places are random:
    /// where that cache is, others know.
    fn borrows(&self) -> bool {
        let Backing {
            layout,
            is_hardened,
            is_execmem_full,
            ..
        } = &*self.backing;

        self.is_text && layout.has_rox_cache && !*is_hardened && is_execmem_full.load(Relaxed) == 0
    }

    /// Borrows `size` bytes of text from the kernel's own cache, if there is one and it has room.
    fn borrow(&self, size: usize) -> Option<Memory> {
        let Backing {
            kfn,
            writer,
            budget,
            borrowed,
            is_execmem_full,
            ..
        } = &*self.backing;

        if !self.borrows() {
            return None;
        }
        match ExecmemRange::new(*kfn, &self.range, size, budget, borrowed) {
            Ok(range) => Text::borrowed(range, writer.clone()).map(Memory::Text).ok(),
            Err(err) => {
                if err == ENOSPC {
                    // Each attempt might leave another area behind.
                    is_execmem_full.store(1, Relaxed);
                }
                None
            }
        }
    }

    /// Maps `size` bytes at a multiple of `align`, writable.
    fn map_range(&self, size: usize, align: usize) -> Result<VmRange> {
        let Backing { kfn, budget, .. } = &*self.backing;

        VmRange::new(
            *kfn,
            &self.range,
            size,
            align,
            self.is_text,
            budget,
            self.dice(),
        )
    }

    /// Maps `size` bytes at a multiple of `align`.
    fn map(&self, size: usize, align: usize) -> Result<Memory> {
        let Backing { kfn, writer, .. } = &*self.backing;
        let range = self.map_range(size, align)?;

        if !self.is_text {
            return Ok(Memory::Data(Data::new(range)));
        }
        Ok(Memory::Text(
            FilledText::new(range).publish(*kfn, writer.clone())?,
        ))
    }

    /// Maps a pack as large as they are, or, if there is no memory for it, no address or no budget,
    /// the largest part of one that has room for `size` bytes.
    fn map_large(&self, size: usize) -> Result<Memory> {
        let page_size = self.backing.layout.page_size;
        let pack_size = self.pack_size();
        let mut memory = self.map(pack_size, pack_size);

        if memory.is_ok() {
            // So there is room for another large page of the kernel's cache, too.
            self.backing.is_execmem_full.store(0, Relaxed);
            return memory;
        }
        for len in policy::smaller_packs(pack_size, size, page_size) {
            memory = self.map(len, page_size);
            if memory.is_ok() {
                break;
            }
        }
        memory
    }

    /// Makes a pack with room for `size` bytes.
    ///
    /// # Errors
    ///
    /// `E2BIG` if there is no such room in the range; `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    // Not inlined, nor are the next two, so that the stack of a caller has one of them at a time.
    #[inline(never)]
    pub(crate) fn make_pack(&self, size: usize) -> Result<Arc<Pack>> {
        let page_size = self.backing.layout.page_size;
        let (held, pack_size) = (self.held(), self.pack_size());
        let growth =
            policy::growth(held, size, page_size, pack_size, self.borrows()).ok_or(E2BIG)?;
        let (grains, blocks) = self.packs.lock().taken();
        let window = Window::of(policy::window(grains, blocks));
        let pack = match growth {
            Growth::Dedicated(len) => Pack::dedicated(self.map(len, page_size)?, size)?,
            Growth::Small(len) => {
                let memory = match self.borrow(len) {
                    Some(memory) => memory,
                    None if held >= pack_size => self.map_large(size)?,
                    None => self.map(len, page_size)?,
                };

                Pack::shared(memory, window)?
            }
            Growth::Large => Pack::shared(self.map_large(size)?, window)?,
        };

        self.finish(pack)
    }

    /// Makes a pack for `size` bytes of text that its owner writes in place: pages of its own, which
    /// are large if there are enough of them.
    ///
    /// # Errors
    ///
    /// As [`Pool::make_pack`].
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    #[inline(never)]
    pub(crate) fn make_in_place(&self, size: usize) -> Result<Arc<Pack>> {
        let page_size = self.backing.layout.page_size;
        let memory = InPlace::new(self.map_range(size, page_size)?);

        self.finish(Pack::dedicated(Memory::InPlace(memory), size)?)
    }

    fn finish(&self, pack: Pack) -> Result<Arc<Pack>> {
        if let Some(predictors) = &self.backing.predictors {
            // What was at the same addresses before may have been anybody's.
            pack.set_stain(predictors.unknown());
        }
        Ok(fault::point!(pack, Arc::new(pack, GFP_KERNEL))?)
    }

    /// Adds a pack. If it is for a single allocation, returns that.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    #[inline(never)]
    pub(crate) fn add(&self, pack: Arc<Pack>) -> Result<Option<Slot>> {
        let len = pack.len();
        let (entry, slot) = PackState::new(pack)?;

        self.push(entry)?;
        self.held.add(len, Relaxed);
        Ok(slot)
    }

    fn push(&self, mut entry: PackState) -> Result {
        loop {
            let pushed = self.packs.lock().push(entry);
            let Err(back) = pushed else {
                return Ok(());
            };
            let nr = self.packs.lock().len();
            // No allocation under a spinlock: there is room, and who is first moves there.
            let mut room = Packs::room(nr)?;

            self.packs.lock().refill(&mut room);
            entry = back;
        }
    }
}
