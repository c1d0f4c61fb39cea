// SPDX-License-Identifier: GPL-2.0

//! Parameters of the allocator: where each kind of text and data lives.
//!
//! An architecture fills a [`JitAllocParams`] with one [`JitRange`] for each [`JitType`]. A range
//! that it leaves out inherits the one of [`JitType::ModulesText`]. [`JitAllocParams::validate`] is
//! the only way to a [`ValidParams`], and everything above this file asks for one.
//!
//! Pure: imports `core` only, so that the host can test it.

use core::ops::Range;

/// Number of [`JitType`]s.
pub(crate) const NR_TYPES: usize = 5;

/// Kinds of generated code, by who runs it.
///
/// The numbers are those of `enum jit_type` in the C header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum JitType {
    /// Code that must reach, and be reached from, module text.
    ModulesText = 0,
    /// Data that module text addresses relative to itself.
    ModulesData = 1,
    /// Code that is run from a probe.
    Kprobes = 2,
    /// Trampolines that are called from traced functions.
    Ftrace = 3,
    /// Filters and programs that call into the kernel.
    Bpf = 4,
}

impl JitType {
    /// Every type, in the order of their numbers.
    pub(crate) const ALL: [JitType; NR_TYPES] = [
        JitType::ModulesText,
        JitType::ModulesData,
        JitType::Kprobes,
        JitType::Ftrace,
        JitType::Bpf,
    ];

    /// Returns the type with the number `raw`, if there is one.
    pub(crate) fn from_raw(raw: u32) -> Option<JitType> {
        Some(match raw {
            0 => JitType::ModulesText,
            1 => JitType::ModulesData,
            2 => JitType::Kprobes,
            3 => JitType::Ftrace,
            4 => JitType::Bpf,
            _ => return None,
        })
    }

    /// Returns the place of this type in a table with one entry for each type.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// Returns whether memory of this type may be executed.
    pub(crate) const fn is_text(self) -> bool {
        !matches!(self, JitType::ModulesData)
    }

    /// Returns the name by which people know this type.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            JitType::ModulesText => "modules-text",
            JitType::ModulesData => "modules-data",
            JitType::Kprobes => "kprobes",
            JitType::Ftrace => "ftrace",
            JitType::Bpf => "bpf",
        }
    }
}

/// Protection of a new mapping.
///
/// Text ends read-only and executable whatever its mapping starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Prot {
    /// `PAGE_KERNEL`: writable, not executable.
    Kernel = 0,
    /// `PAGE_KERNEL_ROX`: read-only, executable.
    KernelRox = 1,
    /// `PAGE_KERNEL_EXEC`: writable and executable. No valid row has it.
    #[cfg_attr(not(test), expect(dead_code, reason = "no row of this kernel has it"))]
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

    /// Returns whether there is a fallback range.
    pub(crate) const fn has_fallback(&self) -> bool {
        self.fallback_start != 0
    }
}

/// Facts that are known only when the kernel runs.
///
/// Every architecture's row is computed from one of these, so that all rows can be tested on any
/// machine. Addresses in bytes, ends exclusive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// `PAGE_SIZE`, a power of two.
    pub(crate) page_size: usize,
    /// `PMD_SIZE`, what a large page maps, a power of two.
    pub(crate) pmd_size: usize,
    /// First address that belongs to the kernel.
    pub(crate) kernel_start: usize,
    /// `VMALLOC_START`.
    pub(crate) vmalloc_start: usize,
    /// `VMALLOC_END`, made exclusive.
    pub(crate) vmalloc_end: usize,
    /// `MODULES_VADDR`.
    pub(crate) modules_start: usize,
    /// `MODULES_END`.
    pub(crate) modules_end: usize,
    /// Offset from `MODULES_VADDR` that the kernel drew at boot for modules.
    pub(crate) modules_offset: usize,
    /// `MODULE_ALIGN`.
    pub(crate) modules_align: usize,
    /// Whether the kernel keeps a cache of large read-only executable mappings.
    pub(crate) has_rox_cache: bool,
    /// Whether BPF takes its text from that cache; it does since Linux 7.3.
    pub(crate) has_bpf_rox: bool,
}

impl Layout {
    /// Returns whether `addr` is the start of a page.
    const fn is_page_aligned(&self, addr: usize) -> bool {
        addr & self.page_size.wrapping_sub(1) == 0
    }
}

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
    /// executable until somebody changes it, so here it starts as `PAGE_KERNEL`.
    #[cfg_attr(CONFIG_X86_64, allow(dead_code))]
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
}
