// SPDX-License-Identifier: GPL-2.0

//! The address range of one type, and its protection.
//!
//! Pure: imports `core` only, so that the host can test it.

use core::ops::Range;

/// Protection of a new mapping.
///
/// Text ends read-only and executable whatever its mapping starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "a row names what its kernel has")]
pub(crate) enum Prot {
    /// `PAGE_KERNEL`: writable, not executable.
    Kernel = 0,
    /// `PAGE_KERNEL_ROX`: read-only, executable.
    KernelRox = 1,
    /// `PAGE_KERNEL_EXEC`: writable and executable. No valid row has it.
    KernelExec = 2,
}

impl Prot {
    /// Returns the name that the kernel gives this protection.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Prot::Kernel => "PAGE_KERNEL",
            Prot::KernelRox => "PAGE_KERNEL_ROX",
            Prot::KernelExec => "PAGE_KERNEL_EXEC",
        }
    }
}

/// The range needs a KASAN shadow of its own; `JIT_ALLOC_KASAN_SHADOW`.
pub(crate) const KASAN_SHADOW: u32 = 1 << 0;
/// Text may share large read-only executable mappings; `JIT_ALLOC_ROX_CACHE`.
pub(crate) const ROX_CACHE: u32 = 1 << 1;

/// Where allocations of one type live.
///
/// Ends are exclusive. `start == 0` means that the range is inherited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JitRange {
    /// First address of the range.
    pub(crate) start: usize,
    /// First address after the range.
    pub(crate) end: usize,
    /// First address of the range to try when the first is full, or 0.
    pub(crate) fallback_start: usize,
    /// First address after the fallback range, or 0.
    pub(crate) fallback_end: usize,
    /// Protection of a new mapping.
    pub(crate) prot: Prot,
    /// Alignment of an allocation in bytes.
    pub(crate) alignment: usize,
    /// [`KASAN_SHADOW`] and [`ROX_CACHE`].
    pub(crate) flags: u32,
}

impl JitRange {
    /// A range that is inherited.
    pub(crate) const INHERITED: JitRange = JitRange {
        start: 0,
        end: 0,
        fallback_start: 0,
        fallback_end: 0,
        prot: Prot::Kernel,
        alignment: 0,
        flags: 0,
    };

    /// Returns the addresses to look for `len` bytes in: those of the range, then those of the
    /// fallback, unless they are too few.
    pub(crate) fn windows(&self, len: usize) -> impl Iterator<Item = Range<usize>> {
        [self.start..self.end, self.fallback_start..self.fallback_end]
            .into_iter()
            .filter(move |window| match window.end.checked_sub(window.start) {
                None | Some(0) => false,
                Some(room) => len <= room,
            })
    }

    /// Returns whether `other` has the same addresses and alignment, so that both can share memory.
    pub(crate) fn is_same_place(&self, other: &JitRange) -> bool {
        self.start == other.start
            && self.end == other.end
            && self.fallback_start == other.fallback_start
            && self.fallback_end == other.fallback_end
            && self.alignment == other.alignment
    }

    /// Returns whether `len` bytes from `start` on lie in the range, or in its fallback.
    pub(crate) fn contains(&self, start: usize, len: usize) -> bool {
        self.windows(len)
            .any(|window| start >= window.start && start <= window.end.wrapping_sub(len))
    }

    /// Returns how many bytes of addresses there are, in the range and in its fallback.
    pub(crate) fn area(&self) -> usize {
        let len = |start: usize, end: usize| end.saturating_sub(start);

        len(self.start, self.end).saturating_add(len(self.fallback_start, self.fallback_end))
    }

    /// Returns whether there is a fallback range.
    pub(crate) const fn has_fallback(&self) -> bool {
        self.fallback_start != 0
    }
}

/// Returns where in `window` to look from for `len` bytes at a multiple of `align`: any place that
/// they may begin at, as random bits say.
pub(crate) fn random_start(window: &Range<usize>, len: usize, align: usize, dice: u64) -> usize {
    let first = window.start.checked_next_multiple_of(align);
    let last = window.end.checked_sub(len);
    let (Some(first), Some(last)) = (first, last) else {
        return window.start;
    };
    let Some(room) = last.checked_sub(first) else {
        return window.start;
    };
    let places = room.checked_div(align).unwrap_or(0).wrapping_add(1);
    // CAST: As many bits as addresses have.
    let place = (dice as usize).checked_rem(places).unwrap_or(0);

    first.wrapping_add(place.wrapping_mul(align))
}
