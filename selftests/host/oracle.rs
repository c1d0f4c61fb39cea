// SPDX-License-Identifier: GPL-2.0

//! The rules for a table of parameters, told a second time.
//!
//! Written from the words of the interface, one rule at a time, in arithmetic that cannot overflow,
//! without regard to order or speed. Says everything that is wrong with a row, where the code under
//! test stops at the first.

use crate::params::{
    Fault, JitAllocParams, JitRange, JitType, Layout, Prot, KASAN_SHADOW, NR_TYPES, ROX_CACHE,
};

/// What a table should come to: the filled ranges, or the first type that is wrong and all that is
/// wrong with it.
pub(crate) type Verdict = Result<[JitRange; NR_TYPES], (JitType, Vec<Fault>)>;

pub(crate) fn judge(table: &JitAllocParams, layout: &Layout) -> Verdict {
    let default = table.ranges[0];
    let mut filled = table.ranges;

    for (number, ty) in JitType::ALL.into_iter().enumerate() {
        if table.ranges[number].start == 0 {
            filled[number] = default;
            if ty == JitType::ModulesData {
                filled[number].prot = Prot::Kernel;
                if filled[number].flags & ROX_CACHE != 0 {
                    filled[number].flags -= ROX_CACHE;
                }
            }
        }
        let faults = faults(ty, &filled[number], layout);
        if !faults.is_empty() {
            return Err((ty, faults));
        }
    }
    Ok(filled)
}

fn faults(ty: JitType, range: &JitRange, layout: &Layout) -> Vec<Fault> {
    let mut faults = Vec::new();

    if range.start == 0 {
        return vec![Fault::NoDefault];
    }

    let aligned = (0..usize::BITS).any(|bit| range.alignment == 1 << bit);
    if !aligned {
        faults.push(Fault::BadAlignment);
    }

    faults.extend(window_faults(
        range.start,
        range.end,
        range,
        aligned,
        layout,
    ));
    match (range.fallback_start, range.fallback_end) {
        (0, 0) => (),
        (0, _) | (_, 0) => faults.push(Fault::HalfFallback),
        (start, end) => faults.extend(window_faults(start, end, range, aligned, layout)),
    }

    let known = KASAN_SHADOW + ROX_CACHE;
    if range.flags > known {
        faults.push(Fault::UnknownFlag);
    }

    let writable = range.prot != Prot::KernelRox;
    let executable = range.prot != Prot::Kernel;
    if writable && executable {
        faults.push(Fault::WritableExecutable);
    }
    if ty == JitType::ModulesData {
        if executable {
            faults.push(Fault::ExecutableData);
        }
        if range.flags & ROX_CACHE != 0 {
            faults.push(Fault::RoxCacheData);
        }
    }
    faults
}

fn window_faults(
    start: usize,
    end: usize,
    range: &JitRange,
    aligned: bool,
    layout: &Layout,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let (start, end) = (start as u128, end as u128);
    let page = layout.page_size as u128;

    let empty = start >= end;
    if empty {
        faults.push(Fault::Empty);
    }
    if start / page * page != start || end / page * page != end {
        faults.push(Fault::Unaligned);
    }
    if start < layout.kernel_start as u128 {
        faults.push(Fault::NotKernel);
    }
    if aligned && !empty {
        let alignment = range.alignment as u128;
        let first = start.div_ceil(alignment) * alignment;
        if first + page > end {
            faults.push(Fault::TooSmall);
        }
    }
    faults
}
