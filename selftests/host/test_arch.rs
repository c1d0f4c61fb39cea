// SPDX-License-Identifier: GPL-2.0

//! The row of each architecture, for the layouts that its kernels have.

use crate::arch::x86::params as x86;
use crate::params::{JitType, Layout, Prot, KASAN_SHADOW, ROX_CACHE};
use crate::rng::Rng;

const PAGE: usize = 0x1000;
const MODULES: usize = 0xffff_ffff_c000_0000;
const MODULES_END: usize = 0xffff_ffff_ff00_0000;

const X86: Layout = Layout {
    page_size: PAGE,
    pmd_size: 512 * PAGE,
    kernel_start: 0xffff_8000_0000_0000,
    vmalloc_start: 0xffff_c900_0000_0000,
    vmalloc_end: 0xffff_e900_0000_0000,
    modules_start: MODULES,
    modules_end: MODULES_END,
    modules_offset: 0,
    modules_align: PAGE,
    has_rox_cache: true,
    has_bpf_rox: true,
    ..Layout::NONE
};

const TEXTS: [JitType; 4] = [
    JitType::ModulesText,
    JitType::Kprobes,
    JitType::Ftrace,
    JitType::Bpf,
];

#[test]
fn x86_traps_on_every_byte() {
    assert_eq!(x86::TRAP, [0xcc]);
}

#[test]
fn x86_starts_at_the_offset_that_the_kernel_drew() {
    for pages in 0..=1024 {
        let layout = Layout {
            modules_offset: pages * PAGE,
            ..X86
        };
        let valid = x86::params(&layout).validate(&layout).unwrap();

        for ty in JitType::ALL {
            assert_eq!(valid.range(ty).start, MODULES + pages * PAGE);
            assert_eq!(valid.range(ty).end, MODULES_END);
        }
    }
}

#[test]
fn x86_with_a_cache() {
    let valid = x86::params(&X86).validate(&X86).unwrap();

    for ty in TEXTS {
        assert_eq!(valid.range(ty).prot, Prot::KernelRox);
        assert_eq!(valid.range(ty).flags, KASAN_SHADOW | ROX_CACHE);
    }
}

#[test]
fn x86_without_a_cache() {
    let layout = Layout {
        has_rox_cache: false,
        ..X86
    };
    let valid = x86::params(&layout).validate(&layout).unwrap();

    for ty in TEXTS {
        let prot = match ty {
            JitType::Kprobes => Prot::KernelRox,
            _ => Prot::Kernel,
        };

        assert_eq!(valid.range(ty).prot, prot);
        assert_eq!(valid.range(ty).flags, KASAN_SHADOW);
    }
}

#[test]
fn x86_bpf_before_it_took_from_the_cache() {
    let layout = Layout {
        has_bpf_rox: false,
        ..X86
    };
    let valid = x86::params(&layout).validate(&layout).unwrap();

    assert_eq!(valid.range(JitType::Bpf).prot, Prot::Kernel);
    assert_eq!(valid.range(JitType::Bpf).flags, KASAN_SHADOW);
    assert_eq!(valid.range(JitType::Ftrace).prot, Prot::KernelRox);
}

#[test]
fn x86_data_is_never_executable() {
    for cache in [false, true] {
        let layout = Layout {
            has_rox_cache: cache,
            ..X86
        };
        let valid = x86::params(&layout).validate(&layout).unwrap();
        let data = valid.range(JitType::ModulesData);

        assert_eq!((data.prot, data.flags), (Prot::Kernel, KASAN_SHADOW));
    }
}

#[test]
fn x86_has_no_fallback() {
    let valid = x86::params(&X86).validate(&X86).unwrap();

    for ty in JitType::ALL {
        assert!(!valid.range(ty).has_fallback());
    }
}

#[test]
fn x86_any_layout_is_refused_or_valid() {
    let mut rng = Rng::new(4);

    for _ in 0..100_000 {
        let layout = Layout {
            modules_start: rng.next() as usize / PAGE * PAGE,
            modules_end: rng.next() as usize / PAGE * PAGE,
            modules_offset: [0, PAGE, 1024 * PAGE, rng.next() as usize][rng.below(4)],
            modules_align: rng.pick(&[0, 1, PAGE, 8 * PAGE]),
            ..X86
        };

        if let Ok(valid) = x86::params(&layout).validate(&layout) {
            for ty in JitType::ALL {
                assert!(valid.range(ty).start >= layout.modules_start);
                assert!(valid.range(ty).end == layout.modules_end);
            }
        }
    }
}
