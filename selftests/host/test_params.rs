// SPDX-License-Identifier: GPL-2.0

//! Every way in which a row can be wrong, and what a row that is left out gets.

use crate::params::{
    Fault, Invalid, JitAllocParams, JitRange, JitType, Layout, Prot, KASAN_SHADOW, NR_TYPES,
    ROX_CACHE,
};
use crate::test_params_fuzz::FAULTS;

const PAGE: usize = 0x1000;
const KERNEL: usize = 0xffff_8000_0000_0000;
const VMALLOC: usize = 0xffff_c900_0000_0000;
const VMALLOC_END: usize = 0xffff_e900_0000_0000;
const MODULES: usize = 0xffff_ffff_c000_0000;
const MODULES_END: usize = 0xffff_ffff_ff00_0000;

const LAYOUT: Layout = Layout {
    page_size: PAGE,
    pmd_size: 512 * PAGE,
    kernel_start: KERNEL,
    vmalloc_start: VMALLOC,
    vmalloc_end: VMALLOC_END,
    modules_start: MODULES,
    modules_end: MODULES_END,
    modules_offset: 0,
    modules_align: PAGE,
    has_rox_cache: true,
    has_bpf_rox: true,
    ..Layout::NONE
};

const TEXT: JitRange = JitRange {
    start: MODULES,
    end: MODULES_END,
    fallback_start: 0,
    fallback_end: 0,
    prot: Prot::KernelRox,
    alignment: PAGE,
    flags: KASAN_SHADOW | ROX_CACHE,
};

const DATA: JitRange = JitRange {
    prot: Prot::Kernel,
    flags: KASAN_SHADOW,
    ..TEXT
};

/// A table with a range for modules' text only.
fn only(range: JitRange) -> JitAllocParams {
    let mut ranges = [JitRange::INHERITED; NR_TYPES];

    ranges[JitType::ModulesText as usize] = range;
    JitAllocParams { ranges }
}

/// A good table, but for one range.
fn with(ty: JitType, range: JitRange) -> JitAllocParams {
    let mut ranges = [TEXT, DATA, TEXT, TEXT, TEXT];

    ranges[ty as usize] = range;
    JitAllocParams { ranges }
}

/// Expects `change` to be refused with `fault` in every text row; what is wrong with a range is
/// wrong whoever it is for.
fn refused(fault: Fault, change: impl Fn(&mut JitRange)) {
    for ty in [
        JitType::ModulesText,
        JitType::Kprobes,
        JitType::Ftrace,
        JitType::Bpf,
    ] {
        let mut range = TEXT;

        change(&mut range);
        assert_eq!(
            with(ty, range).validate(&LAYOUT),
            Err(Invalid {
                jit_type: ty,
                fault
            }),
            "{ty:?}"
        );
    }
}

fn accepted(change: impl Fn(&mut JitRange)) {
    let mut range = TEXT;

    change(&mut range);
    for ty in [
        JitType::ModulesText,
        JitType::Kprobes,
        JitType::Ftrace,
        JitType::Bpf,
    ] {
        let valid = with(ty, range).validate(&LAYOUT).unwrap();
        assert_eq!(*valid.range(ty), range);
    }
}

#[test]
fn types_have_the_numbers_of_the_header() {
    assert_eq!(JitType::ModulesText as u32, 0);
    assert_eq!(JitType::ModulesData as u32, 1);
    assert_eq!(JitType::Kprobes as u32, 2);
    assert_eq!(JitType::Ftrace as u32, 3);
    assert_eq!(JitType::Bpf as u32, 4);
    assert_eq!(NR_TYPES, 5);
}

#[test]
fn a_number_that_is_no_type_is_refused() {
    for raw in 0..5 {
        assert_eq!(JitType::from_raw(raw).map(|ty| ty as u32), Some(raw));
    }
    for raw in [5, 6, 255, 256, 0x7fff_ffff, 0x8000_0000, u32::MAX] {
        assert_eq!(JitType::from_raw(raw), None);
    }
}

#[test]
fn only_module_data_is_data() {
    for ty in JitType::ALL {
        assert_eq!(ty.is_text(), ty != JitType::ModulesData);
    }
}

#[test]
fn flags_have_the_numbers_of_the_header() {
    assert_eq!((KASAN_SHADOW, ROX_CACHE), (1, 2));
}

#[test]
fn a_full_table_is_taken_as_it_is() {
    let valid = with(JitType::Bpf, TEXT).validate(&LAYOUT).unwrap();

    assert_eq!(*valid.range(JitType::ModulesText), TEXT);
    assert_eq!(*valid.range(JitType::ModulesData), DATA);
    assert_eq!(*valid.range(JitType::Bpf), TEXT);
}

#[test]
fn text_inherits_everything() {
    let range = JitRange {
        fallback_start: VMALLOC,
        fallback_end: VMALLOC_END,
        alignment: 64,
        ..TEXT
    };
    let valid = only(range).validate(&LAYOUT).unwrap();

    for ty in [JitType::Kprobes, JitType::Ftrace, JitType::Bpf] {
        assert_eq!(*valid.range(ty), range);
    }
}

#[test]
fn data_inherits_place_but_not_protection() {
    let valid = only(TEXT).validate(&LAYOUT).unwrap();
    let data = valid.range(JitType::ModulesData);

    assert_eq!(
        (data.start, data.end, data.alignment),
        (MODULES, MODULES_END, PAGE)
    );
    assert_eq!(data.prot, Prot::Kernel);
    assert_eq!(data.flags, KASAN_SHADOW);
}

#[test]
fn what_else_an_inherited_row_says_is_ignored() {
    let odd = JitRange {
        start: 0,
        end: 1,
        fallback_start: 7,
        fallback_end: 0,
        prot: Prot::KernelExec,
        alignment: 3,
        flags: u32::MAX,
    };
    let valid = with(JitType::Ftrace, odd).validate(&LAYOUT).unwrap();

    assert_eq!(*valid.range(JitType::Ftrace), TEXT);
}

#[test]
fn an_empty_table_has_no_default() {
    let table = JitAllocParams {
        ranges: [JitRange::INHERITED; NR_TYPES],
    };

    assert_eq!(
        table.validate(&LAYOUT),
        Err(Invalid {
            jit_type: JitType::ModulesText,
            fault: Fault::NoDefault
        })
    );
}

#[test]
fn the_other_rows_do_not_make_up_for_the_default() {
    assert_eq!(
        with(JitType::ModulesText, JitRange::INHERITED).validate(&LAYOUT),
        Err(Invalid {
            jit_type: JitType::ModulesText,
            fault: Fault::NoDefault
        })
    );
}

#[test]
fn the_first_bad_row_is_the_one_that_is_named() {
    let mut table = with(
        JitType::Kprobes,
        JitRange {
            alignment: 0,
            ..TEXT
        },
    );

    table.ranges[JitType::Bpf as usize].end = 0;
    assert_eq!(
        table.validate(&LAYOUT),
        Err(Invalid {
            jit_type: JitType::Kprobes,
            fault: Fault::BadAlignment
        })
    );
}

#[test]
fn a_range_that_ends_where_it_starts_is_empty() {
    refused(Fault::Empty, |range| range.end = range.start);
}

#[test]
fn a_range_that_ends_before_it_starts_is_empty() {
    refused(Fault::Empty, |range| range.end = range.start - PAGE);
}

#[test]
fn a_range_without_an_end_is_empty() {
    refused(Fault::Empty, |range| range.end = 0);
}

#[test]
fn a_start_off_a_page_is_refused() {
    refused(Fault::Unaligned, |range| range.start += 1);
    refused(Fault::Unaligned, |range| range.start += PAGE - 1);
}

#[test]
fn an_end_off_a_page_is_refused() {
    refused(Fault::Unaligned, |range| range.end += 1);
    refused(Fault::Unaligned, |range| range.end -= 1);
    refused(Fault::Unaligned, |range| range.end = usize::MAX);
}

#[test]
fn user_addresses_are_refused() {
    refused(Fault::NotKernel, |range| range.start = PAGE);
    refused(Fault::NotKernel, |range| range.start = KERNEL - PAGE);
    accepted(|range| range.start = KERNEL);
}

#[test]
fn half_a_fallback_is_refused() {
    refused(Fault::HalfFallback, |range| range.fallback_start = VMALLOC);
    refused(Fault::HalfFallback, |range| {
        range.fallback_end = VMALLOC_END
    });
}

#[test]
fn a_whole_fallback_is_accepted() {
    accepted(|range| {
        range.fallback_start = VMALLOC;
        range.fallback_end = VMALLOC_END;
    });
}

#[test]
fn a_fallback_is_checked_like_a_range() {
    let fallback = |start, end| {
        move |range: &mut JitRange| {
            range.fallback_start = start;
            range.fallback_end = end;
        }
    };

    refused(Fault::Empty, fallback(VMALLOC, VMALLOC));
    refused(Fault::Empty, fallback(VMALLOC_END, VMALLOC));
    refused(Fault::Unaligned, fallback(VMALLOC + 1, VMALLOC_END));
    refused(Fault::Unaligned, fallback(VMALLOC, VMALLOC_END - 1));
    refused(Fault::NotKernel, fallback(PAGE, VMALLOC_END));
    accepted(fallback(VMALLOC, VMALLOC + PAGE));
}

#[test]
fn a_fallback_needs_room_for_an_aligned_page() {
    refused(Fault::TooSmall, |range| {
        range.alignment = 1 << 21;
        range.fallback_start = VMALLOC + PAGE;
        range.fallback_end = VMALLOC + (1 << 21);
    });
}

#[test]
fn an_alignment_is_a_power_of_two() {
    for bad in [0, 3, 6, PAGE - 1, PAGE + 1, usize::MAX, usize::MAX - 1] {
        refused(Fault::BadAlignment, |range| range.alignment = bad);
    }
    for bit in 0..24 {
        accepted(|range| range.alignment = 1 << bit);
    }
}

#[test]
fn an_alignment_leaves_room_for_a_page() {
    refused(Fault::TooSmall, |range| range.alignment = 1 << 63);
    refused(Fault::TooSmall, |range| {
        range.start = MODULES + PAGE;
        range.end = MODULES + (1 << 21);
        range.alignment = 1 << 21;
    });
    accepted(|range| {
        range.start = MODULES + PAGE;
        range.end = MODULES + (1 << 21) + PAGE;
        range.alignment = 1 << 21;
    });
}

#[test]
fn one_page_is_enough() {
    accepted(|range| range.end = range.start + PAGE);
}

#[test]
fn the_last_page_of_all_can_be_used() {
    let top = usize::MAX - PAGE + 1;

    accepted(|range| {
        range.start = top - PAGE;
        range.end = top;
    });
}

#[test]
fn writable_and_executable_is_refused() {
    refused(Fault::WritableExecutable, |range| {
        range.prot = Prot::KernelExec
    });
    assert_eq!(
        with(
            JitType::ModulesData,
            JitRange {
                prot: Prot::KernelExec,
                ..DATA
            }
        )
        .validate(&LAYOUT),
        Err(Invalid {
            jit_type: JitType::ModulesData,
            fault: Fault::WritableExecutable
        })
    );
}

#[test]
fn executable_data_is_refused() {
    assert_eq!(
        with(
            JitType::ModulesData,
            JitRange {
                prot: Prot::KernelRox,
                ..DATA
            }
        )
        .validate(&LAYOUT),
        Err(Invalid {
            jit_type: JitType::ModulesData,
            fault: Fault::ExecutableData
        })
    );
}

#[test]
fn data_in_the_executable_cache_is_refused() {
    assert_eq!(
        with(
            JitType::ModulesData,
            JitRange {
                flags: ROX_CACHE,
                ..DATA
            }
        )
        .validate(&LAYOUT),
        Err(Invalid {
            jit_type: JitType::ModulesData,
            fault: Fault::RoxCacheData
        })
    );
}

#[test]
fn unknown_flags_are_refused() {
    for bit in 2..32 {
        refused(Fault::UnknownFlag, |range| range.flags |= 1 << bit);
    }
}

#[test]
fn every_fault_has_words_of_its_own() {
    let words: std::collections::BTreeSet<_> = FAULTS.iter().map(|fault| fault.message()).collect();

    assert_eq!(words.len(), FAULTS.len());
    assert!(words.iter().all(|words| !words.is_empty()));
}

#[test]
fn every_type_has_a_name_of_its_own() {
    let names: std::collections::BTreeSet<_> = JitType::ALL.iter().map(|ty| ty.name()).collect();

    assert_eq!(names.len(), NR_TYPES);
}

#[test]
fn an_architecture_that_gives_nothing_gets_vmalloc() {
    let valid = JitAllocParams::generic(&LAYOUT).validate(&LAYOUT).unwrap();

    for ty in JitType::ALL {
        let range = valid.range(ty);

        assert_eq!((range.start, range.end), (VMALLOC, VMALLOC_END));
        assert_eq!((range.fallback_start, range.fallback_end), (0, 0));
        assert_eq!(
            (range.prot, range.alignment, range.flags),
            (Prot::Kernel, 1, 0)
        );
    }
}

#[test]
fn a_range_contains_what_fits_into_one_of_its_windows() {
    let range = JitRange {
        fallback_start: VMALLOC,
        fallback_end: VMALLOC + 4 * PAGE,
        ..TEXT
    };

    for (start, end) in [(TEXT.start, TEXT.end), (VMALLOC, VMALLOC + 4 * PAGE)] {
        assert!(range.contains(start, end - start));
        assert!(range.contains(end - PAGE, PAGE));
        assert!(!range.contains(start - 1, PAGE));
        assert!(!range.contains(end - PAGE + 1, PAGE));
    }
    assert!(!range.contains(VMALLOC, 5 * PAGE));
    assert!(!TEXT.contains(VMALLOC, PAGE));
    assert!(!range.contains(0, PAGE) && !range.contains(usize::MAX, PAGE));
    assert!(!range.contains(TEXT.start, usize::MAX));
}

#[test]
fn ranges_are_the_same_place_whatever_their_permissions() {
    let other = JitRange {
        prot: Prot::KernelRox,
        flags: KASAN_SHADOW,
        ..TEXT
    };
    let places: [fn(&mut JitRange); 5] = [
        |range| range.start += PAGE,
        |range| range.end -= PAGE,
        |range| range.fallback_start = VMALLOC,
        |range| range.fallback_end = VMALLOC_END,
        |range| range.alignment *= 2,
    ];

    assert!(TEXT.is_same_place(&other));
    for change in places {
        let mut range = TEXT;

        change(&mut range);
        assert!(!TEXT.is_same_place(&range) && !range.is_same_place(&TEXT));
    }
}

#[test]
fn the_smallest_area_counts_the_fallback() {
    let small = JitRange {
        start: VMALLOC,
        end: VMALLOC + 3 * PAGE,
        ..TEXT
    };
    let with_fallback = JitRange {
        fallback_start: MODULES,
        fallback_end: MODULES + 5 * PAGE,
        ..small
    };
    let area = |ty, range| {
        let valid = with(ty, range).validate(&LAYOUT).unwrap();

        valid.smallest_area()
    };

    assert_eq!(
        only(TEXT).validate(&LAYOUT).unwrap().smallest_area(),
        MODULES_END - MODULES
    );
    assert_eq!(area(JitType::Bpf, small), 3 * PAGE);
    assert_eq!(area(JitType::Kprobes, with_fallback), 8 * PAGE);
}
