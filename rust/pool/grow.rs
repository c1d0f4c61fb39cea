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
        text::{FilledText, Text},
        vmalloc::VmRange,
    },
    placement::{
        policy::{self, Growth},
        records::Window,
    },
    pool::{
        pack::{Memory, Pack, Slot},
        pack_state::PackState,
        packs::Packs,
        Backing, Pool,
    },
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

    /// Makes memory for `growth`.
    fn memory(&self, growth: Growth) -> Result<Memory> {
        let Backing {
            kfn,
            layout,
            writer,
            budget,
        } = &*self.source;
        let (size, align) = match growth {
            Growth::Large => (self.pack_size(), self.pack_size()),
            Growth::Small(size) => (size, layout.page_size),
            Growth::Dedicated(size) => (size, layout.page_size),
        };

        if !self.is_text {
            let range = VmRange::new(*kfn, &self.range, size, align, false, budget)?;

            return Ok(Memory::Data(Data::new(range)));
        }
        if layout.has_rox_cache && matches!(growth, Growth::Small(_)) {
            let borrowed = ExecmemRange::new(*kfn, &self.range, size, budget);

            if let Ok(range) = borrowed {
                return Ok(Memory::Text(Text::borrowed(range, writer.clone())?));
            }
        }
        let range = VmRange::new(*kfn, &self.range, size, align, true, budget)?;

        Ok(Memory::Text(
            FilledText::new(range).publish(*kfn, writer.clone())?,
        ))
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
    pub(crate) fn make_pack(&self, size: usize) -> Result<Arc<Pack>> {
        let page_size = self.source.layout.page_size;
        let growth = policy::growth(self.held(), size, page_size, self.pack_size()).ok_or(E2BIG)?;
        let (grains, blocks) = self.packs.lock().taken();
        let window = Window::of(policy::window(grains, blocks));
        let pack = match growth {
            Growth::Dedicated(_) => Pack::own(self.memory(growth)?, size)?,
            Growth::Small(_) => Pack::shared(self.memory(growth)?, window)?,
            Growth::Large => {
                // If there is no memory for it, no address or no budget, what is needed now has to do.
                let need = size.checked_next_multiple_of(page_size).ok_or(E2BIG)?;
                let memory = self
                    .memory(growth)
                    .or_else(|_| self.memory(Growth::Small(need)))?;

                Pack::shared(memory, window)?
            }
        };

        Ok(Arc::new(pack, GFP_KERNEL)?)
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
