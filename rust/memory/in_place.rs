// SPDX-License-Identifier: GPL-2.0

//! Text that its owner writes where it is going to run, before anybody can run it.
//!
//! Its pages are new: writable and not executable. They become text once, and nothing goes back
//! from there, so there is no moment at which they are both, and no page of text that others have
//! is touched.

use core::{mem, ptr::NonNull};
use kernel::{
    prelude::*,
    sync::{Arc, SetOnce},
};

use crate::{
    arch::{self, Mapping, Writer},
    memory::{
        protect::{Sealing, Writable},
        text::Text,
        vmalloc::VmRange,
    },
    sys::{
        atomic::{Acquire, AtomicU32, Release},
        kfn::Kfn,
        try_lock::TryLock,
    },
};

/// How far the pages are.
enum Pages {
    /// The owner writes them.
    Writable(Writable),
    /// Some may be writable still. The owner writes no more.
    Sealing(Sealing),
    /// They are text.
    Text,
}

/// Pages of text that is written in place, or was.
///
/// # Invariants
///
/// - `pages` has the pages from `start` on, which are `len` bytes, until `text` has them.
/// - `is_sealed` is 0 as long as no page is executable.
pub(crate) struct InPlace {
    // Dropped first: what is not text yet has no mapping.
    text: SetOnce<Text>,
    pages: TryLock<Pages>,
    is_sealed: AtomicU32,
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: The pages may be used and freed from any CPU.
unsafe impl Send for InPlace {}

// SAFETY: `start` is only an address, and all else is `Sync`.
unsafe impl Sync for InPlace {}

impl InPlace {
    /// Fills a new range with traps, for its owner to write to.
    pub(crate) fn new(range: VmRange) -> InPlace {
        let pages = Writable::new(range, &arch::TRAP);

        // INVARIANT: The pages are writable, and not executable.
        InPlace {
            start: pages.start(),
            len: pages.len(),
            text: SetOnce::new(),
            pages: TryLock::new(Pages::Writable(pages)),
            is_sealed: AtomicU32::new(0),
        }
    }

    /// Returns the first address.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.start
    }

    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns the text, once it is.
    #[inline]
    pub(crate) fn text(&self) -> Option<&Text> {
        self.text.as_ref()
    }

    /// Returns whether the owner may still write, so that no page may be executable.
    pub(crate) fn is_writable(&self) -> bool {
        self.is_sealed.load(Acquire) == 0
    }

    /// Makes text of what was written: read-only first, then executable.
    ///
    /// If that fails half-way, nobody can run it, and the owner must not write it any more; to try
    /// again is right.
    ///
    /// # Errors
    ///
    /// `EACCES` if it is text already, `EBUSY` if another task is about to make it text; `ENOMEM`,
    /// and others of `set_memory_rox()`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn restore_rox(&self, kfn: Kfn, writer: Arc<Writer>) -> Result {
        let mut pages = self.pages.try_lock().ok_or(EBUSY)?;

        if matches!(*pages, Pages::Text) {
            return Err(EACCES);
        }
        // SAFETY: These are whole pages of vmalloc memory. If they become text, that has them and
        // the mapping; if not, the mapping is dropped here.
        let mapping = unsafe { Mapping::new(writer, self.start, self.len) };
        // The pages are mapped, and where text may be, so nothing else can be missing.
        let mapping = mapping.map_err(|_| ENOMEM)?;

        arch::sync_fetch(self.start, self.len);
        self.is_sealed.store(1, Release);
        let sealing = match mem::replace(&mut *pages, Pages::Text) {
            Pages::Writable(writable) => writable.seal(),
            Pages::Sealing(sealing) => sealing,
            Pages::Text => return Err(EACCES),
        };
        match sealing.protect(kfn) {
            Ok(text) => {
                // Only here, with the lock held, and once.
                self.text.populate(Text::from_parts(text, mapping));
                Ok(())
            }
            Err((err, sealing)) => {
                *pages = Pages::Sealing(sealing);
                Err(err)
            }
        }
    }
}
