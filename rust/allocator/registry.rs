// SPDX-License-Identifier: GPL-2.0

//! Every pack, by the addresses that it covers.
//!
//! The addresses that text and data can have are divided into frames, each as large as a large
//! page. A frame that one pack covers as a whole has a pointer to it; any other, once it has had a
//! pack, has a table with a pointer for each page. Some architectures have their text anywhere in
//! more addresses than there could be frames for, so frames come in spans, which are made when they
//! get their first pack. A lookup is three or four loads, without a lock and in any context. Spans
//! and tables stay: the kernel gives out low addresses first, and there are at most as many tables
//! as there are large pages in use.

use core::{
    ops::Range,
    ptr::{self, NonNull},
};
use kernel::{
    new_mutex,
    page::{PAGE_SHIFT, PAGE_SIZE},
    prelude::*,
    sync::{rcu, Arc, ArcBorrow, Mutex},
};

use crate::{
    allocator::removed::Removed,
    params::Layout,
    pool::pack::Pack,
    sys::{
        atomic::{Acquire, AtomicPtr, Relaxed, Release},
        fault,
        rcu::RcuReader,
        vec,
    },
};

/// Pages of a frame.
const PAGES: usize = 512;

/// Logarithm of the bytes of a frame.
const FRAME_SHIFT: usize = PAGE_SHIFT + PAGES.ilog2() as usize;
const FRAME_SIZE: usize = 1 << FRAME_SHIFT;

/// Logarithm of the bytes of a span: 16 GiB. A module area is less than one; the most addresses that
/// there are, 2^51, have a directory of 1 MiB.
const SPAN_SHIFT: usize = if usize::BITS == 64 { 34 } else { 29 };
const SPAN_SIZE: usize = 1 << SPAN_SHIFT;

/// The packs of the pages of a frame.
type Table = [AtomicPtr<Pack>; PAGES];

/// What covers the addresses of one large page.
///
/// # Invariants
///
/// `table` is null, or was made by [`KBox::into_raw`] and belongs to the frame; it changes once. If
/// it is null, `whole` is null or the pack that covers the frame.
struct Frame {
    whole: AtomicPtr<Pack>,
    table: AtomicPtr<Table>,
}

/// The frames of a part of the addresses.
///
/// # Invariants
///
/// `frames` is null, or was made by [`KBox::into_raw`] and belongs to the span; it changes once.
struct Span {
    frames: AtomicPtr<KVVec<Frame>>,
}

/// The packs that exist.
///
/// # Invariants
///
/// Every pointer to a pack that is not null comes from [`Arc::into_raw`]. Their pages have it from
/// [`Registry::insert`] until [`Registry::remove`], and the reference is dropped no sooner than a
/// grace period of RCU after that.
#[pin_data]
pub(crate) struct Registry {
    origin: usize,
    len: usize,
    spans: KVVec<Span>,
    #[pin]
    changing: Mutex<()>,
}

// SAFETY: Packs are `Send`, and all else is atomic.
unsafe impl Send for Registry {}

// SAFETY: Packs are `Sync`, and all else is atomic.
unsafe impl Sync for Registry {}

impl Registry {
    /// Makes an empty registry for the addresses of `area`.
    ///
    /// # Errors
    ///
    /// `ENOMEM`; `EINVAL` if the kernel's pages are not of the sizes that this knows.
    pub(crate) fn new(layout: &Layout, area: &Range<usize>) -> Result<impl PinInit<Registry>> {
        let origin = area.start & !FRAME_SIZE.wrapping_sub(1);
        let len = area.end.wrapping_sub(origin);
        let nr = (len >> SPAN_SHIFT).wrapping_add(1);

        if layout.page_size != PAGE_SIZE || layout.pmd_size != FRAME_SIZE {
            return Err(EINVAL);
        }
        let spans = vec::filled(nr, || {
            Ok(Span {
                frames: AtomicPtr::new(ptr::null_mut()),
            })
        })?;

        Ok(pin_init!(Registry {
            origin,
            len,
            spans,
            changing <- new_mutex!((), "jitalloc::registry"),
        }))
    }

    /// Returns the lowest address that a pack can have.
    pub(crate) fn origin(&self) -> usize {
        self.origin
    }

    /// Returns the frame at `offset`, if there is one yet.
    #[inline]
    fn frame(&self, offset: usize) -> Option<&Frame> {
        let span = self.spans.get(offset >> SPAN_SHIFT)?;
        // SAFETY: By the type invariant, the frames are null, or stay as long as the span.
        let frames = unsafe { span.frames.load(Acquire).as_ref() }?;

        frames.get(offset % SPAN_SIZE >> FRAME_SHIFT)
    }

    /// Returns the pack that covers `addr`.
    ///
    /// # Context
    ///
    /// Any.
    #[inline]
    pub(crate) fn find<'a>(
        &'a self,
        addr: usize,
        _reading: &'a impl RcuReader,
    ) -> Option<&'a Pack> {
        let offset = addr.wrapping_sub(self.origin);
        let frame = self.frame(offset)?;
        let mut pack = frame.whole.load(Acquire);

        if pack.is_null() {
            // SAFETY: By the type invariant, the table is null, or stays as long as the frame.
            let table = unsafe { frame.table.load(Acquire).as_ref() }?;

            pack = table.get((offset >> PAGE_SHIFT) % PAGES)?.load(Acquire);
        }
        // SAFETY: By the type invariant, the pack is null, or valid for a grace period after it was
        // there, which `_reading` prevents from ending.
        unsafe { pack.as_ref() }
    }

    /// Returns the pack that covers `addr`, to be kept.
    ///
    /// # Context
    ///
    /// Process context: who drops the last reference may sleep.
    pub(crate) fn get(&self, addr: usize) -> Option<Arc<Pack>> {
        let reading = rcu::read_lock();
        let pack: *const Pack = self.find(addr, &reading)?;

        // SAFETY: By the type invariant, the pointer comes from `Arc::into_raw()`, and that reference
        // is not dropped before a grace period of RCU has passed, for which `reading` is in the way.
        let pack = unsafe { ArcBorrow::from_raw(pack) };

        Some(pack.into())
    }

    /// Returns the pack that covers `addr`, or else the first one behind it.
    ///
    /// # Context
    ///
    /// Any.
    pub(crate) fn find_from<'a>(
        &'a self,
        addr: usize,
        reading: &'a impl RcuReader,
    ) -> Option<&'a Pack> {
        let mut offset = addr.saturating_sub(self.origin);

        while offset < self.len {
            let pack = self.find(self.origin.wrapping_add(offset), reading);

            if pack.is_some() {
                return pack;
            }
            // Nothing is in what has not been made.
            let shift = match self.frame(offset) {
                Some(frame) if !frame.table.load(Acquire).is_null() => PAGE_SHIFT,
                Some(_) => FRAME_SHIFT,
                None => SPAN_SHIFT,
            };

            offset = (offset >> shift)
                .wrapping_add(1)
                .checked_shl(shift as u32)?;
        }
        None
    }

    /// Calls `visit` with each frame that `first..first + len` is in, and with which part of it:
    /// all of it, or some pages.
    fn each(
        &self,
        first: usize,
        len: usize,
        mut visit: impl FnMut(&Frame, Option<Range<usize>>) -> Result,
    ) -> Result {
        let mut offset = first.wrapping_sub(self.origin);
        let end = offset.wrapping_add(len);

        while offset < end {
            let frame = self.frame(offset).ok_or(ERANGE)?;
            let in_frame = offset % FRAME_SIZE;
            let now = end
                .wrapping_sub(offset)
                .min(FRAME_SIZE.wrapping_sub(in_frame));
            let page = in_frame / PAGE_SIZE;
            let pages = page..page.wrapping_add(now / PAGE_SIZE);

            visit(frame, (now != FRAME_SIZE).then_some(pages))?;
            offset = offset.wrapping_add(now);
        }
        Ok(())
    }

    /// Makes the spans that are missing for `first..first + len`. The caller holds `changing`.
    fn make_spans(&self, first: usize, len: usize) -> Result {
        let offset = first.wrapping_sub(self.origin);
        let last = offset.checked_add(len).ok_or(ERANGE)?.wrapping_sub(1);

        for nr in offset >> SPAN_SHIFT..=last >> SPAN_SHIFT {
            let span = self.spans.get(nr).ok_or(ERANGE)?;
            let bytes = self.len.wrapping_sub(nr << SPAN_SHIFT).min(SPAN_SIZE);

            if !span.frames.load(Relaxed).is_null() {
                continue;
            }
            let frames = vec::filled(bytes.div_ceil(FRAME_SIZE), || {
                Ok(Frame {
                    whole: AtomicPtr::new(ptr::null_mut()),
                    table: AtomicPtr::new(ptr::null_mut()),
                })
            })?;
            let frames = fault::point!(registry_span, KBox::new(frames, GFP_KERNEL))?;

            // INVARIANT: The span has the frames from now on.
            span.frames.store(KBox::into_raw(frames), Release);
        }
        Ok(())
    }

    /// Makes the tables that are missing to store a pack for all pages of `first..first + len`. The
    /// caller holds `changing`.
    fn prepare(&self, first: usize, len: usize) -> Result {
        self.each(first, len, |frame, pages| {
            if pages.is_none() || !frame.table.load(Relaxed).is_null() {
                return Ok(());
            }
            let table = fault::point!(
                registry_table,
                KBox::new(
                    [const { AtomicPtr::new(ptr::null_mut()) }; PAGES],
                    GFP_KERNEL,
                )
            )?;

            // INVARIANT: The frame has the table from now on. It has had no whole pack, or there
            // would be no room for a part of one.
            frame.table.store(KBox::into_raw(table), Release);
            Ok(())
        })
    }

    /// Stores `pack` for all pages of `first..first + len`, which are prepared. The caller holds
    /// `changing`.
    fn store(&self, first: usize, len: usize, pack: *const Pack) {
        let pack = pack.cast_mut();
        // Nothing fails in frames that there are, and these were looked at before.
        let _ = self.each(first, len, |frame, pages| {
            // SAFETY: By the type invariant, the table is null, or stays as long as the frame.
            match unsafe { frame.table.load(Relaxed).as_ref() } {
                None => frame.whole.store(pack, Release),
                Some(table) => {
                    let pages = pages.unwrap_or(0..PAGES);

                    for page in table.get(pages).unwrap_or(&[]) {
                        page.store(pack, Release);
                    }
                }
            }
            Ok(())
        });
    }

    /// Adds a pack, which covers addresses that no other does. If it fails, no reader has seen it.
    ///
    /// # Errors
    ///
    /// `ENOMEM`; `ERANGE` if it is not at the addresses that this is for.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn insert(&self, pack: Arc<Pack>) -> Result {
        let (start, len) = (pack.start(), pack.len());
        let _changing = self.changing.lock();

        self.make_spans(start, len)?;
        self.prepare(start, len)?;
        // INVARIANT: All its pages have it.
        self.store(start, len, Arc::into_raw(pack));
        Ok(())
    }

    /// Removes a pack that was inserted, and passes its reference to the caller.
    ///
    /// Readers under RCU may still see it.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn remove(&self, pack: &Arc<Pack>) -> Removed {
        let _changing = self.changing.lock();

        self.store(pack.start(), pack.len(), ptr::null());
        // SAFETY: By the type invariant, the registry had a reference from `Arc::into_raw()`, and has
        // just forgotten it.
        unsafe { Removed::new(Arc::as_ptr(pack)) }
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        if let Some(table) = NonNull::new(self.table.load(Relaxed)) {
            // SAFETY: By the type invariant, it comes from `KBox::into_raw()`, and belongs to the
            // frame.
            drop(unsafe { KBox::from_raw(table.as_ptr()) });
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(frames) = NonNull::new(self.frames.load(Relaxed)) {
            // SAFETY: By the type invariant, it comes from `KBox::into_raw()`, and belongs to the
            // span.
            drop(unsafe { KBox::from_raw(frames.as_ptr()) });
        }
    }
}
