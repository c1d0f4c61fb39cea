// SPDX-License-Identifier: GPL-2.0

//! Blocks on their way from a pack to who asks for them.

use core::ptr::NonNull;

use crate::{
    placement::{
        policy::GRAIN,
        record::{Index, Record, RecordTable},
    },
    pool::pack::Pack,
    sys::rcu::RcuReader,
};

/// A block that is being allocated.
///
/// # Invariants
///
/// `record` is that of a cached block of `pack` which begins at `start`, and which is on no list.
/// The pack stays, because the block's grains are taken.
pub(crate) struct Slot {
    pack: NonNull<Pack>,
    start: NonNull<u8>,
    record: NonNull<Record>,
}

impl Slot {
    /// Describes the cached block of `record`, which begins at the grain `grain` of `pack`.
    ///
    /// # Safety
    ///
    /// It is on no list, and no other `Slot` has it.
    #[inline]
    pub(crate) unsafe fn new(pack: &Pack, grain: usize, record: &Record) -> Slot {
        // INVARIANT: By this function's safety requirements.
        Slot {
            pack: pack.into(),
            start: pack.addr_of(grain),
            record: record.into(),
        }
    }

    /// Returns the first address.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.start
    }

    /// Hands the block out: `owner` has asked for `size` bytes of type `ty`. `is_counted` says
    /// whether they are in its account.
    #[inline]
    pub(crate) fn give(self, ty: u32, size: usize, owner: u32, is_counted: bool) -> NonNull<u8> {
        // SAFETY: By the type invariant, the record stays as long as the block is taken.
        let record = unsafe { self.record.as_ref() };
        // What is missing to a multiple of a grain.
        let slack = size.wrapping_neg() % GRAIN;

        if is_counted {
            record.make_counted(ty, slack, owner);
        } else {
            record.make_live(ty, slack, owner);
        }
        self.start
    }

    /// Hands the block out as [`Slot::give`] does, uncounted. Returns its pack, too.
    #[inline]
    pub(crate) fn give_with_pack<'a>(
        self,
        ty: u32,
        size: usize,
        owner: u32,
        _reading: &'a impl RcuReader,
    ) -> (NonNull<u8>, &'a Pack) {
        // SAFETY: By the type invariant, the pack is there. Once the block is handed out, it may be
        // freed, but the pack stays for a grace period more, which `_reading` prevents from ending.
        let pack = unsafe { self.pack.as_ref() };

        (self.give(ty, size, owner, false), pack)
    }
}

/// Blocks of one length, of one pack, that are being allocated or are in a per-CPU cache.
///
/// # Invariants
///
/// From `first` on, `nr` records are linked. They are those of cached blocks that no other list
/// has. As long as there is one, `pack` stays, because the block's grains are taken.
pub(crate) struct Chain {
    pack: NonNull<Pack>,
    first: Option<Index>,
    nr: u16,
}

// SAFETY: Packs may be used on any CPU.
unsafe impl Send for Chain {}

impl Chain {
    /// No blocks.
    pub(crate) const EMPTY: Chain = Chain {
        // INVARIANT: There are none.
        pack: NonNull::dangling(),
        first: None,
        nr: 0,
    };

    /// Describes `nr` blocks of `pack` whose records are linked from `first` on.
    ///
    /// # Safety
    ///
    /// They are cached, and no other list has them.
    pub(crate) unsafe fn new(pack: &Pack, first: Option<Index>, nr: u16) -> Chain {
        // INVARIANT: By this function's safety requirements.
        Chain {
            pack: pack.into(),
            first,
            nr,
        }
    }

    /// Returns how many blocks there are.
    #[inline]
    pub(crate) fn nr(&self) -> u16 {
        self.nr
    }

    /// Takes a block.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Slot> {
        let nr = self.nr.checked_sub(1)?;
        // SAFETY: By the type invariant, there is a block, and the pack stays.
        let pack = unsafe { self.pack.as_ref() };
        let record = pack.records().table().get(self.first?)?;
        let (next, grain) = record.list();

        self.first = next;
        self.nr = nr;
        // SAFETY: By the type invariant, no other list has it.
        Some(unsafe { Slot::new(pack, grain, record) })
    }
}
