// SPDX-License-Identifier: GPL-2.0

//! From what an architecture gives to parameters that passed every check.
//!
//! Pure: imports `core` only, so that the host can test it.

use core::ops::Range;

use crate::params::{
    jit_type::{JitType, NR_TYPES},
    layout::Layout,
    range::{JitRange, Prot, KASAN_SHADOW, ROX_CACHE},
};

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// There is no range to inherit.
    NoDefault,
    /// A range ends where it starts, or before.
    Empty,
    /// A bound is not a multiple of the page size.
    Unaligned,
    /// A bound is not a kernel address.
    NotKernel,
    /// Only one end of the fallback range is there.
    HalfFallback,
    /// The alignment is zero or not a power of two.
    BadAlignment,
    /// The alignment leaves no room for a page.
    TooSmall,
    /// The protection is writable and executable.
    WritableExecutable,
    /// The protection makes data executable.
    ExecutableData,
    /// Data asks for the cache of read-only executable mappings.
    RoxCacheData,
    /// A flag has no meaning.
    UnknownFlag,
}

impl Fault {
    /// Returns the fault in words that complete "range of TYPE ...".
    pub(crate) const fn message(self) -> &'static str {
        match self {
            Fault::NoDefault => "has nothing to inherit",
            Fault::Empty => "is empty",
            Fault::Unaligned => "is not page-aligned",
            Fault::NotKernel => "is not in the kernel's address space",
            Fault::HalfFallback => "has only one end of a fallback",
            Fault::BadAlignment => "has an alignment that is not a power of two",
            Fault::TooSmall => "has no room for one aligned page",
            Fault::WritableExecutable => "is writable and executable",
            Fault::ExecutableData => "makes data executable",
            Fault::RoxCacheData => "puts data in the read-only executable cache",
            Fault::UnknownFlag => "has an unknown flag",
        }
    }
}

/// A row that was refused, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Invalid {
    /// The type whose range is wrong.
    pub(crate) jit_type: JitType,
    /// What is wrong with it.
    pub(crate) fault: Fault,
}

/// Parameters as an architecture gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JitAllocParams {
    /// One range for each [`JitType`].
    pub(crate) ranges: [JitRange; NR_TYPES],
}

impl JitAllocParams {
    /// Parameters of an architecture that gives none: all of vmalloc, page granular.
    ///
    /// The kernel's own default maps this range `PAGE_KERNEL_EXEC`, which is writable and
    /// executable until it is changed, so here it starts as `PAGE_KERNEL`.
    #[allow(dead_code, reason = "for ports without a row of their own")]
    pub(crate) fn generic(layout: &Layout) -> JitAllocParams {
        let mut params = JitAllocParams {
            ranges: [JitRange::INHERITED; NR_TYPES],
        };

        params.ranges[JitType::ModulesText.index()] = JitRange {
            start: layout.vmalloc_start,
            end: layout.vmalloc_end,
            prot: Prot::Kernel,
            alignment: 1,
            ..JitRange::INHERITED
        };
        params
    }

    /// Fills the ranges that the architecture left out, and checks all of them.
    ///
    /// # Errors
    ///
    /// The first row that is wrong, in the order of [`JitType::ALL`].
    pub(crate) fn validate(mut self, layout: &Layout) -> Result<ValidParams, Invalid> {
        let default = self.ranges[JitType::ModulesText.index()];

        for ty in JitType::ALL {
            let range = &mut self.ranges[ty.index()];

            if range.start == 0 {
                *range = inherit(ty, &default);
            }
            check(ty, range, layout).map_err(|fault| Invalid {
                jit_type: ty,
                fault,
            })?;
        }

        // INVARIANT: `check` accepted every range.
        Ok(ValidParams(self))
    }
}

/// Returns what a type without a range of its own gets.
fn inherit(ty: JitType, default: &JitRange) -> JitRange {
    if ty.is_text() {
        *default
    } else {
        JitRange {
            prot: Prot::Kernel,
            flags: default.flags & !ROX_CACHE,
            ..*default
        }
    }
}

/// Checks one range.
fn check(ty: JitType, range: &JitRange, layout: &Layout) -> Result<(), Fault> {
    if range.start == 0 {
        return Err(Fault::NoDefault);
    }
    if !range.alignment.is_power_of_two() {
        return Err(Fault::BadAlignment);
    }
    check_bounds(range.start, range.end, range.alignment, layout)?;

    if (range.fallback_start == 0) != (range.fallback_end == 0) {
        return Err(Fault::HalfFallback);
    }
    if range.has_fallback() {
        check_bounds(
            range.fallback_start,
            range.fallback_end,
            range.alignment,
            layout,
        )?;
    }

    if range.flags & !(KASAN_SHADOW | ROX_CACHE) != 0 {
        return Err(Fault::UnknownFlag);
    }
    match range.prot {
        Prot::KernelExec => Err(Fault::WritableExecutable),
        Prot::KernelRox if !ty.is_text() => Err(Fault::ExecutableData),
        _ if !ty.is_text() && range.flags & ROX_CACHE != 0 => Err(Fault::RoxCacheData),
        _ => Ok(()),
    }
}

/// Checks the bounds of a range, or of its fallback.
fn check_bounds(start: usize, end: usize, alignment: usize, layout: &Layout) -> Result<(), Fault> {
    if start >= end {
        return Err(Fault::Empty);
    }
    if !layout.is_page_aligned(start) || !layout.is_page_aligned(end) {
        return Err(Fault::Unaligned);
    }
    if start < layout.kernel_start {
        return Err(Fault::NotKernel);
    }

    let first = start
        .checked_next_multiple_of(alignment)
        .ok_or(Fault::TooSmall)?;
    match end.checked_sub(first) {
        Some(room) if room >= layout.page_size => Ok(()),
        _ => Err(Fault::TooSmall),
    }
}

/// Parameters that passed every check.
///
/// # Invariants
///
/// For every range: `start < end`, both page-aligned kernel addresses; both ends of the fallback
/// are zero, or the same holds for them; `alignment` is a power of two that leaves room for a page;
/// `flags` holds known flags; the protection is not writable and executable, and that of data is
/// not executable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ValidParams(JitAllocParams);

impl ValidParams {
    /// Returns the range of `ty`.
    pub(crate) fn range(&self, ty: JitType) -> &JitRange {
        &self.0.ranges[ty.index()]
    }
    /// Returns how many bytes of addresses the range has that has the fewest, with its fallback.
    pub(crate) fn smallest_area(&self) -> usize {
        let areas = self.0.ranges.iter().map(JitRange::area);

        areas.min().unwrap_or(0)
    }

    /// Returns the addresses from the first that any range has to the last, fallbacks included.
    pub(crate) fn bounds(&self) -> Range<usize> {
        let ranges = || self.0.ranges.iter().flat_map(|range| range.windows(0));
        let start = ranges().map(|window| window.start).min().unwrap_or(0);
        let end = ranges().map(|window| window.end).max().unwrap_or(0);

        start..end
    }
}
