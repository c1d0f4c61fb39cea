// SPDX-License-Identifier: GPL-2.0

//! Random tables against the rules told a second time.

use crate::oracle::judge;
use crate::params::{
    Fault, JitAllocParams, JitRange, JitType, Layout, Prot, KASAN_SHADOW, NR_TYPES, ROX_CACHE,
};
use crate::rng::Rng;
use std::collections::BTreeMap;

const CASES: usize = 2_000_000;

/// Every fault that a table can have.
pub(crate) const FAULTS: [Fault; 11] = [
    Fault::NoDefault,
    Fault::Empty,
    Fault::Unaligned,
    Fault::NotKernel,
    Fault::HalfFallback,
    Fault::BadAlignment,
    Fault::TooSmall,
    Fault::WritableExecutable,
    Fault::ExecutableData,
    Fault::RoxCacheData,
    Fault::UnknownFlag,
];

fn layout(rng: &mut Rng) -> Layout {
    let page_size = rng.pick(&[0x1000, 0x4000, 0x1_0000]);
    let kernel_start = rng.pick(&[0xffff_8000_0000_0000, 0xff00_0000_0000_0000, 1 << 63]);

    Layout {
        page_size,
        pmd_size: page_size * page_size / 8,
        kernel_start,
        vmalloc_start: kernel_start + (1 << 40),
        vmalloc_end: kernel_start + (1 << 45),
        modules_start: 0xffff_ffff_c000_0000,
        modules_end: 0xffff_ffff_ff00_0000,
        modules_offset: page_size * (1 + rng.below(1024)),
        modules_align: page_size,
        has_rox_cache: rng.one_in(2),
        has_bpf_rox: rng.one_in(2),
        ..Layout::NONE
    }
}

/// An address at which a check could go wrong.
fn address(rng: &mut Rng, layout: &Layout) -> usize {
    let page = layout.page_size;
    let base = rng.pick(&[
        0,
        page,
        layout.kernel_start,
        layout.vmalloc_start,
        layout.vmalloc_end,
        layout.modules_start,
        layout.modules_end,
        usize::MAX / page * page,
        1 << 47,
    ]);
    let pages = rng.below(5) * page;
    let base = if rng.one_in(2) {
        base.wrapping_add(pages)
    } else {
        base.wrapping_sub(pages)
    };

    match rng.below(8) {
        0 => base.wrapping_add(1),
        1 => base.wrapping_sub(1),
        2 => rng.next() as usize,
        _ => base,
    }
}

fn alignment(rng: &mut Rng, layout: &Layout) -> usize {
    match rng.below(6) {
        0 => rng.pick(&[0, 3, 48, usize::MAX, layout.page_size + 1]),
        1 => rng.next() as usize,
        2 => layout.page_size,
        _ => 1 << rng.below(usize::BITS as usize),
    }
}

/// A range with nothing wrong with it.
fn good_range(rng: &mut Rng, ty: JitType, layout: &Layout) -> JitRange {
    let windows = [
        (layout.modules_start, layout.modules_end),
        (layout.vmalloc_start, layout.vmalloc_end),
    ];
    let (start, end) = rng.pick(&windows);
    let (fallback_start, fallback_end) = rng.pick(&[(0, 0), windows[0], windows[1]]);
    let (prot, flags) = match ty {
        JitType::ModulesData => (Prot::Kernel, rng.pick(&[0, KASAN_SHADOW])),
        _ => (
            rng.pick(&[Prot::Kernel, Prot::KernelRox]),
            rng.pick(&[0, KASAN_SHADOW, ROX_CACHE, KASAN_SHADOW | ROX_CACHE]),
        ),
    };

    JitRange {
        start,
        end,
        fallback_start,
        fallback_end,
        prot,
        alignment: rng.pick(&[1, 16, layout.page_size, 1 << 21]),
        flags,
    }
}

/// Changes one field of one range, for better or worse.
fn mutate(rng: &mut Rng, table: &mut JitAllocParams, layout: &Layout) {
    let range = &mut table.ranges[rng.below(NR_TYPES)];

    match rng.below(10) {
        0 => range.start = address(rng, layout),
        1 => range.end = address(rng, layout),
        2 => range.fallback_start = address(rng, layout),
        3 => range.fallback_end = address(rng, layout),
        4 => range.fallback_start = 0,
        5 => range.fallback_end = 0,
        6 => range.alignment = alignment(rng, layout),
        7 => range.flags = rng.pick(&[0, 1, 2, 3, 4, 5, 1 << 31, u32::MAX]),
        8 => range.prot = rng.pick(&[Prot::Kernel, Prot::KernelRox, Prot::KernelExec]),
        _ => {
            range.start = address(rng, layout);
            range.end = range.start.wrapping_add(layout.page_size * rng.below(4));
        }
    }
}

fn table(rng: &mut Rng, layout: &Layout) -> JitAllocParams {
    let mut table = JitAllocParams {
        ranges: JitType::ALL.map(|ty| good_range(rng, ty, layout)),
    };

    for range in &mut table.ranges[1..] {
        if rng.one_in(4) {
            *range = JitRange::INHERITED;
        }
    }
    for _ in 0..rng.below(4) {
        mutate(rng, &mut table, layout);
    }
    table
}

#[test]
fn random_tables_come_to_what_the_rules_say() {
    let mut rng = Rng::new(1);
    let mut valid = 0;
    let mut seen = BTreeMap::new();
    let mut only = BTreeMap::new();

    for case in 0..CASES {
        let layout = layout(&mut rng);
        let table = table(&mut rng, &layout);
        let verdict = judge(&table, &layout);

        match (table.validate(&layout), verdict) {
            (Ok(got), Ok(ranges)) => {
                valid += 1;
                for ty in JitType::ALL {
                    assert_eq!(*got.range(ty), ranges[ty as usize], "case {case}");
                }
            }
            (Err(got), Err((ty, faults))) => {
                assert_eq!(got.jit_type, ty, "case {case}: {table:x?}");
                assert!(
                    faults.contains(&got.fault),
                    "case {case}: {got:?}, should be one of {faults:?}: {table:x?}"
                );
                *seen.entry(format!("{:?}", got.fault)).or_insert(0) += 1;
                if faults.len() == 1 {
                    *only.entry(format!("{:?}", got.fault)).or_insert(0) += 1;
                }
            }
            (got, verdict) => panic!("case {case}: {got:?}, should be {verdict:?}: {table:x?}"),
        }
    }

    println!("# figure: param_tables={CASES}");
    println!("# figure: param_tables_valid={valid}");
    for (fault, count) in &seen {
        println!("# figure: param_tables_{fault}={count}");
    }

    // The loop is worth something only if it went everywhere.
    assert!(valid > CASES / 10 && valid < CASES * 9 / 10);
    for fault in FAULTS {
        assert!(
            only.get(&format!("{fault:?}")).is_some_and(|n| *n > 100),
            "{fault:?}"
        );
    }
}

#[test]
fn a_valid_table_is_valid_again_and_the_same() {
    let mut rng = Rng::new(2);

    for _ in 0..100_000 {
        let layout = layout(&mut rng);
        let Ok(once) = table(&mut rng, &layout).validate(&layout) else {
            continue;
        };
        let again = JitAllocParams {
            ranges: JitType::ALL.map(|ty| *once.range(ty)),
        };
        assert_eq!(again.validate(&layout), Ok(once));
    }
}

#[test]
fn random_bits_never_panic() {
    let mut rng = Rng::new(3);

    for _ in 0..500_000 {
        let layout = layout(&mut rng);
        let ranges = [(); NR_TYPES].map(|()| JitRange {
            start: rng.next() as usize,
            end: rng.next() as usize,
            fallback_start: rng.next() as usize,
            fallback_end: rng.next() as usize,
            prot: rng.pick(&[Prot::Kernel, Prot::KernelRox, Prot::KernelExec]),
            alignment: rng.next() as usize,
            flags: rng.next() as u32,
        });
        let table = JitAllocParams { ranges };
        assert_eq!(
            table.validate(&layout).is_ok(),
            judge(&table, &layout).is_ok()
        );
    }
}
