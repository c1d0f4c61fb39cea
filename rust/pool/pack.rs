// SPDX-License-Identifier: GPL-2.0

//! A pack: memory that many allocations share, and what is known of each. Never kept inside it.
//!
//! An allocation that is larger than a pack has one for itself, with a single grain.

use core::{
    ops::Range,
    ptr::{self, NonNull},
};
use kernel::prelude::*;

use crate::{
    arch::{self, PageTables},
    memory::{
        data::Data,
        in_place::InPlace,
        text::Text,
        wx::{self, Wrong},
    },
    placement::{
        birth::Birth,
        bitmap,
        block::{Block, State},
        policy::GRAIN,
        record::{self, Record},
        records::{Records, Window},
        stain::{OwnerId, Stain},
    },
    pool::record_slabs::RecordSlabs,
    sys::{
        atomic::{AtomicPtr, AtomicU16, AtomicU64, Relaxed},
        misuse::Misuse,
        vec,
    },
};

/// The memory of a pack.
pub(crate) enum Memory {
    /// Published text.
    Text(Text),
    /// Data.
    Data(Data),
    /// Text that its owner writes in place, or has written so.
    InPlace(InPlace),
}

impl Memory {
    /// Returns whether it is text.
    pub(crate) fn is_text(&self) -> bool {
        !matches!(self, Memory::Data(_))
    }

    /// Returns the text, if it is, and can be run.
    #[inline]
    pub(crate) fn text(&self) -> Option<&Text> {
        match self {
            Memory::Text(text) => Some(text),
            Memory::InPlace(memory) => memory.text(),
            Memory::Data(_) => None,
        }
    }

    /// Calls `wrong` with each page of which the page tables do not say what they should. Returns
    /// how many pages there are.
    pub(crate) fn check_wx(&self, tables: &PageTables, wrong: impl FnMut(Wrong)) -> usize {
        match self {
            Memory::Text(text) => wx::check_text(text, tables, wrong),
            Memory::Data(data) => wx::check_data(data, tables, wrong),
            Memory::InPlace(memory) => wx::check_in_place(memory, tables, wrong),
        }
    }

    fn start(&self) -> NonNull<u8> {
        match self {
            Memory::Text(text) => text.start(),
            Memory::Data(data) => data.start(),
            Memory::InPlace(memory) => memory.start(),
        }
    }

    fn len(&self) -> usize {
        match self {
            Memory::Text(text) => text.len(),
            Memory::Data(data) => data.len(),
            Memory::InPlace(memory) => memory.len(),
        }
    }
}

/// The records of a pack.
pub(crate) type PackRecords = Records<RecordSlabs, KVVec<AtomicU16>, KVVec<AtomicU64>>;

/// Where memory begins. A pack would have to ask which kind of memory it has each time.
struct Start(NonNull<u8>);

// SAFETY: It is an address; what may be done there is for the memory to say.
unsafe impl Send for Start {}

// SAFETY: As above.
unsafe impl Sync for Start {}

/// Memory and the records of its blocks.
///
/// # Invariants
///
/// Every block of `records` lies inside `memory`, which has `len` bytes from `start` on. If that is
/// of a single allocation, its block begins at the first grain, and `dedicated` has its bytes.
pub(crate) struct Pack {
    memory: Memory,
    start: Start,
    len: usize,
    /// Bytes that were asked for, if this is the pack of a single allocation.
    dedicated: Option<usize>,
    records: PackRecords,
    /// Whose text the branch predictors know, if anybody asks.
    stain: AtomicU64,
    /// The next pack of a list of those that were removed.
    next: AtomicPtr<Pack>,
}

impl Pack {
    /// Makes a pack that many blocks share, with windows of that size.
    ///
    /// # Errors
    ///
    /// `ENOMEM`; `E2BIG` if it has more grains than can be numbered.
    pub(crate) fn shared(memory: Memory, window: Window) -> Result<Pack> {
        let grains = memory.len() / GRAIN;
        if grains > record::MAX_GRAINS {
            return Err(E2BIG);
        }
        // Half a slab is wasted, and half a table of slabs.
        let shift = (grains.checked_ilog2().unwrap_or(0) / 2).saturating_sub(1);

        Pack::new(memory, grains, window, shift, None)
    }

    /// Makes a pack of one block of `size` bytes.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(crate) fn dedicated(memory: Memory, size: usize) -> Result<Pack> {
        Pack::new(memory, 1, Window::of(1), 0, Some(size))
    }

    fn new(
        memory: Memory,
        grains: usize,
        window: Window,
        slab_shift: u32,
        dedicated: Option<usize>,
    ) -> Result<Pack> {
        let heads = vec::filled(window.nr(grains), || Ok(AtomicU16::new(0)))?;
        let occupied = vec::filled(window.words(grains), || Ok(AtomicU64::new(0)))?;
        // Twice as many as there can be blocks: those of blocks that were put back are in use until
        // a grace period has passed.
        let records = grains.saturating_mul(2).min(record::MAX_GRAINS);
        let slabs = RecordSlabs::new(records, slab_shift)?;
        // INVARIANT: There are no blocks.
        Ok(Pack {
            start: Start(memory.start()),
            len: memory.len(),
            memory,
            dedicated,
            records: Records::new(slabs, heads, occupied, window),
            stain: AtomicU64::new(Stain::new(OwnerId::SEVERAL, 0).0),
            next: AtomicPtr::new(ptr::null_mut()),
        })
    }

    /// Returns whose text the branch predictors know of those that were here.
    pub(crate) fn stain(&self) -> Stain {
        Stain(self.stain.load(Relaxed))
    }

    /// Says whose text they know. One task does at a time, before what it is about is allocated.
    pub(crate) fn set_stain(&self, stain: Stain) {
        self.stain.store(stain.0, Relaxed);
    }

    /// Links `next` behind the pack in a list of those that were removed.
    pub(crate) fn set_next(&self, next: *const Pack) {
        self.next.store(next.cast_mut(), Relaxed);
    }

    /// Returns the next pack.
    pub(crate) fn next(&self) -> *const Pack {
        self.next.load(Relaxed).cast_const()
    }

    /// Returns the memory.
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Returns the records.
    pub(crate) fn records(&self) -> &PackRecords {
        &self.records
    }

    /// Returns the first address.
    #[inline]
    pub(crate) fn start(&self) -> usize {
        self.start.0.addr().get()
    }

    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns whether this is the pack of a single allocation.
    pub(crate) fn is_dedicated(&self) -> bool {
        self.dedicated.is_some()
    }

    /// Returns how many bytes were asked for, if this is the pack of a single allocation.
    pub(crate) fn dedicated_size(&self) -> usize {
        self.dedicated.unwrap_or(0)
    }

    /// Returns how many bytes of bookkeeping it has.
    ///
    /// # Safety
    ///
    /// The caller holds the lock of the pool.
    pub(crate) unsafe fn bookkeeping(&self) -> usize {
        let windows = self.records.windows();
        let heads = windows
            .wrapping_mul(size_of::<u16>())
            .wrapping_add(windows / 8);
        // SAFETY: By this function's safety requirements.
        let records = unsafe { self.records.table().bytes() };

        records.wrapping_add(heads).wrapping_add(size_of::<Pack>())
    }

    /// Returns the address of a grain of the pack.
    #[inline]
    pub(crate) fn addr_of(&self, grain: usize) -> NonNull<u8> {
        // SAFETY: A block begins at the grain; by the type invariant, it is inside the memory.
        unsafe { self.start.0.add(grain.wrapping_mul(GRAIN)) }
    }

    /// Returns how many bytes were asked for when the block was allocated.
    #[inline]
    pub(crate) fn size_of(&self, block: Block) -> usize {
        match self.dedicated {
            Some(size) => size,
            None => block.size(),
        }
    }

    /// Returns the grain that begins at `addr`.
    #[inline]
    fn grain_at(&self, addr: usize) -> Option<usize> {
        let offset = addr.wrapping_sub(self.start());

        (offset % GRAIN == 0).then_some(offset / GRAIN)
    }

    /// Returns what is known of the block that begins at `addr`, and how many bytes were asked for.
    ///
    /// # Context
    ///
    /// Any, under RCU.
    #[inline]
    pub(crate) fn find(&self, addr: usize) -> Option<(Block, usize)> {
        let (_, record) = self.records.find(self.grain_at(addr)?)?;
        let block = record.block();

        Some((block, self.size_of(block)))
    }

    /// Returns where `len` bytes at `addr`, any address, are in the pack, if they are the first of a
    /// live block.
    ///
    /// # Context
    ///
    /// Any, under RCU.
    #[inline(always)]
    pub(crate) fn first(&self, addr: usize, len: usize) -> Option<usize> {
        // At an address that the pack does not have, none begins.
        let (block, size) = self.find(addr)?;

        (block.is_live() && len <= size).then_some(addr.wrapping_sub(self.start()))
    }

    /// Returns what is known of the block that `addr`, an address of the pack, lies in, and how
    /// many of the bytes that were asked for are there from `addr` on.
    ///
    /// # Context
    ///
    /// Any, under RCU.
    #[cold]
    pub(crate) fn find_inside(&self, addr: usize) -> Option<(Block, usize)> {
        let offset = addr.wrapping_sub(self.start());
        let (grain, record) = self.records.find_before(offset / GRAIN)?;
        let block = record.block();
        let before = offset.wrapping_sub(grain.wrapping_mul(GRAIN));
        let left = self.size_of(block).checked_sub(before)?;

        (left > 0).then_some((block, left))
    }

    /// Returns the first live block that begins at `addr`, an address of the pack, or behind it.
    ///
    /// # Context
    ///
    /// Any, under RCU.
    pub(crate) fn live_from(&self, addr: usize) -> Option<LiveBlock> {
        let mut grain = addr.wrapping_sub(self.start()).div_ceil(GRAIN);

        loop {
            let (start, record) = self.records.find_from(grain)?;
            let block = record.block();

            if block.is_live() {
                return Some(LiveBlock {
                    addr: self.start().wrapping_add(start.wrapping_mul(GRAIN)),
                    size: self.size_of(block),
                    block,
                    birth: record.birth(),
                });
            }
            grain = start.wrapping_add(1);
        }
    }

    /// Returns the record of the block that begins at `addr`, an address of the pack.
    ///
    /// # Context
    ///
    /// Any, under RCU.
    pub(crate) fn record_at(&self, addr: usize) -> Option<&Record> {
        let (_, record) = self.records.find(self.grain_at(addr)?)?;

        Some(record)
    }

    /// Gives a block, if it is still live, another owner.
    ///
    /// # Context
    ///
    /// Any, in the same read-side section of RCU in which it was found.
    pub(crate) fn set_owner(&self, live: LiveBlock, owner: u32) {
        if let Some(record) = self.record_at(live.addr) {
            record.set_owner(owner);
        }
    }

    /// Marks the block that begins at `addr`, an address of the pack, as one that may have a name, if
    /// it is live. Returns how many bytes were asked for.
    ///
    /// # Context
    ///
    /// Any, under RCU.
    pub(crate) fn set_named(&self, addr: usize) -> Option<usize> {
        let (_, record) = self.records.find(self.grain_at(addr)?)?;
        let block = record.set_named();

        block.is_live().then(|| self.size_of(block))
    }

    /// Marks a block, if it is still live, as one that is in its owner's account. Returns whether
    /// that has changed anything.
    ///
    /// # Context
    ///
    /// As [`Pack::set_owner`].
    pub(crate) fn count(&self, live: LiveBlock) -> bool {
        let grain = self.grain_at(live.addr);
        let found = grain.and_then(|grain| self.records.find(grain));

        found.is_some_and(|(_, record)| record.count())
    }

    /// Frees the block that begins at `addr`, an address of the pack, if a live one does. Returns
    /// what it was, and how many bytes were asked for.
    ///
    /// # Context
    ///
    /// Any, under RCU.
    #[inline]
    pub(crate) fn kill(&self, addr: usize) -> Option<(Block, usize)> {
        let grain = self.grain_at(addr)?;
        let block = self.records.kill(grain)?;

        block.is_live().then(|| (block, self.size_of(block)))
    }

    /// Says why no live block begins at `addr`, an address of the pack: the mistake, and what is
    /// known of the block if there is one.
    ///
    /// # Context
    ///
    /// Any, under RCU.
    #[cold]
    pub(crate) fn explain(&self, addr: usize) -> (Misuse, Option<Block>) {
        let found = self
            .grain_at(addr)
            .and_then(|grain| self.records.find(grain));

        if let Some((_, record)) = found {
            return match record.block() {
                block if block.state() == State::Cached => (Misuse::FreeForeign, None),
                block => (Misuse::FreeTwice, Some(block)),
            };
        }
        match self.find_inside(addr).map(|(block, _)| block) {
            Some(block) if block.state() != State::Cached => (Misuse::FreeInterior, Some(block)),
            _ => (Misuse::FreeForeign, None),
        }
    }

    /// Makes runs of grains what fresh ones are, until `next` has no other: text traps, data is
    /// zero.
    ///
    /// # Safety
    ///
    /// They are blocks of the pack, and are not live; their grace period has ended.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    #[inline(always)]
    pub(crate) unsafe fn clean(&self, mut next: impl FnMut() -> Option<Range<usize>>) {
        let guard;
        let mut pieces = match &self.memory {
            Memory::Text(text) => {
                guard = arch::ScopeGuard::new();
                // SAFETY: The caller has a reference to the pack, which is all that is needed.
                Some(unsafe { text.write_chunked_in_task(&guard) })
            }
            Memory::Data(_) => None,
            // It is dedicated, and goes as a whole.
            Memory::InPlace(_) => return,
        };

        while let Some(run) = next() {
            let len = bitmap::length(&run).wrapping_mul(GRAIN);

            match &mut pieces {
                Some(pieces) => {
                    let offset = run.start.wrapping_mul(GRAIN);

                    // A run of the pack is inside it, and nothing else fails.
                    let _ = pieces.each(len, |writing, before, now| {
                        writing.set_traps(offset.wrapping_add(before), now)
                    });
                }
                // SAFETY: By the type invariant, the run is inside the data, which is writable; the
                // block is in no use by this function's safety requirements.
                None => unsafe { self.addr_of(run.start).as_ptr().write_bytes(0, len) },
            }
        }
    }
}

/// A block that was live when it was looked at.
#[derive(Clone, Copy)]
pub(crate) struct LiveBlock {
    /// Where it begins.
    pub(crate) addr: usize,
    /// Bytes that were asked for.
    pub(crate) size: usize,
    /// What else is known of it.
    pub(crate) block: Block,
    /// When it was allocated; to be believed as long as somebody watches.
    pub(crate) birth: Birth,
}
