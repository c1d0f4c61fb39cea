// SPDX-License-Identifier: GPL-2.0

//! Permissions as types: no state is writable and executable, and each change consumes the state
//! before it.

use core::ptr::NonNull;
use kernel::prelude::*;

use crate::{
    memory::{execmem::ExecmemRange, vmalloc::VmRange},
    sys::kfn::Kfn,
};

/// Pages that are writable and not executable.
///
/// # Invariants
///
/// The whole range is mapped writable and not executable, and every byte is initialised.
pub(crate) struct Writable(VmRange);

impl Writable {
    /// Fills a new range with `pattern`, again and again.
    pub(crate) fn new<const N: usize>(range: VmRange, pattern: &[u8; N]) -> Writable {
        let start = range.start().as_ptr();

        if let [byte] = pattern[..] {
            // SAFETY: A new range is writable, `len()` bytes long, and owned by `range`.
            unsafe { start.write_bytes(byte, range.len()) };
        } else {
            for at in (0..range.len()).step_by(N.max(1)) {
                let len = range.len().wrapping_sub(at).min(N);

                // SAFETY: As above; the pattern has at least `len` bytes, and none of the range's.
                unsafe {
                    start
                        .add(at)
                        .copy_from_nonoverlapping(pattern.as_ptr(), len)
                };
            }
        }

        // INVARIANT: A new range is writable and not executable; it was just initialised.
        Writable(range)
    }

    /// Returns the first address.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.0.start()
    }

    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Ends writing.
    pub(crate) fn seal(self) -> Sealing {
        Sealing(self.0)
    }

    /// Makes the pages read-only and executable. If that fails, they are freed.
    ///
    /// # Errors
    ///
    /// Those of [`Sealing::protect`].
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn protect(self, kfn: Kfn) -> Result<ReadOnlyExec> {
        self.seal().protect(kfn).map_err(|(err, _freed)| err)
    }
}

/// Pages that nobody writes any more, on their way to be executable: some may be writable still,
/// and others executable, but none is both.
///
/// # Invariants
///
/// Every byte is initialised.
pub(crate) struct Sealing(VmRange);

impl Sealing {
    /// Makes the pages read-only and executable.
    ///
    /// # Errors
    ///
    /// Those of `set_memory_rox()`, `ENOMEM` if there are more pages than it can count; and the
    /// pages, of which some may have changed.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn protect(self, kfn: Kfn) -> Result<ReadOnlyExec, (Error, Sealing)> {
        let Ok(nr_pages) = self.0.nr_pages().try_into() else {
            return Err((ENOMEM, self));
        };

        // SAFETY: By the invariants of `VmRange`, its start is page-aligned, and it owns that many
        // pages of `vmalloc_range()`. `Writable` was consumed, so nothing writes to them any more.
        match unsafe { kfn.set_memory_rox(self.0.start(), nr_pages) } {
            // INVARIANT: `set_memory_rox()` changed the whole range.
            Ok(()) => Ok(ReadOnlyExec(Pages::Own(self.0))),
            Err(err) => Err((err, self)),
        }
    }
}

/// Whose pages they are.
enum Pages {
    /// Ours.
    Own(VmRange),
    /// The kernel's.
    Borrowed(ExecmemRange),
}

/// Pages that are read-only and executable.
///
/// # Invariants
///
/// The whole range is mapped read-only and executable, and every byte is initialised.
pub(crate) struct ReadOnlyExec(Pages);

impl ReadOnlyExec {
    /// Takes pages of the kernel's cache.
    pub(crate) fn borrowed(range: ExecmemRange) -> ReadOnlyExec {
        // INVARIANT: The pages of the cache are read-only, executable, and full of traps.
        ReadOnlyExec(Pages::Borrowed(range))
    }

    /// Returns whether they are pages of the kernel's cache.
    pub(crate) fn is_borrowed(&self) -> bool {
        matches!(self.0, Pages::Borrowed(_))
    }

    /// Returns the first address.
    pub(crate) fn start(&self) -> NonNull<u8> {
        match &self.0 {
            Pages::Own(range) => range.start(),
            Pages::Borrowed(range) => range.start(),
        }
    }

    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> usize {
        match &self.0 {
            Pages::Own(range) => range.len(),
            Pages::Borrowed(range) => range.len(),
        }
    }
}
