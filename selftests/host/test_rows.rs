// SPDX-License-Identifier: GPL-2.0

//! Every architecture's row against `Documentation/porting.rst`.
//!
//! The documentation has example machines, and for each of them the ranges that were worked out by
//! hand from the kernel's source. So a row and its documentation cannot differ, and neither can a
//! row and the kernel that it was written for.

use crate::arch;
use crate::params::{
    Fault, JitAllocParams, JitRange, JitType, Layout, Prot, KASAN_SHADOW, ROX_CACHE,
};
use crate::rng::Rng;

pub(crate) const DOCUMENTATION: &str = include_str!("../../Documentation/porting.rst");

type Row = fn(&Layout) -> JitAllocParams;

/// The rows, by the first word of a machine's name.
const ROWS: [(&str, Row); 13] = [
    ("x86-64", arch::x86::params::params),
    ("x86-32", arch::x86::params::params),
    ("arm64", arch::arm64::params::params),
    ("arm", arch::arm::params::params),
    ("riscv", arch::riscv::params::params),
    ("loongarch", arch::loongarch::params::params),
    ("s390", arch::s390::params::params),
    ("powerpc", arch::powerpc::params::params),
    ("mips", arch::mips::params::params),
    ("parisc", arch::parisc::params::params),
    ("nios2", arch::nios2::params::params),
    ("sparc", arch::sparc::params::params),
    ("um", arch::um::params::params),
];

pub(crate) fn number(text: &str) -> Option<usize> {
    usize::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

/// The cells of the lines of a `csv-table`.
pub(crate) fn table<'a>(text: &'a str, name: &str) -> Vec<Vec<&'a str>> {
    let start = text
        .find(&format!(".. csv-table:: {name}\n"))
        .unwrap_or_else(|| panic!("no table of {name}"));
    let lines = text[start..].lines().skip(1);

    lines
        .take_while(|line| line.is_empty() || line.starts_with("   "))
        .filter(|line| line.starts_with("   \""))
        .map(|line| {
            let (machine, rest) = line[4..].split_once("\", ").unwrap();

            std::iter::once(machine)
                .chain(rest.split(", ").map(|cell| cell.trim_matches('"')))
                .collect()
        })
        .collect()
}

pub(crate) fn layout(text: &str) -> Option<Layout> {
    let mut layout = Layout::NONE;

    for fact in text.split(' ') {
        let (name, value) = fact.split_once('=')?;
        let value = number(value)?;

        match name {
            "page_size" => layout.page_size = value,
            "kernel_start" => layout.kernel_start = value,
            "vmalloc_start" => layout.vmalloc_start = value,
            "vmalloc_end" => layout.vmalloc_end = value,
            "modules_start" => layout.modules_start = value,
            "modules_end" => layout.modules_end = value,
            "modules_offset" => layout.modules_offset = value,
            "modules_align" => layout.modules_align = value,
            "module_direct_base" => layout.module_direct_base = value,
            "module_plt_base" => layout.module_plt_base = value,
            "page_offset" => layout.page_offset = value,
            "kernel_text_end" => layout.kernel_text_end = value,
            "bpf_start" => layout.bpf_start = value,
            "bpf_end" => layout.bpf_end = value,
            "has_module_plts" => layout.has_module_plts = value != 0,
            "has_rox_cache" => layout.has_rox_cache = value != 0,
            "has_bpf_rox" => layout.has_bpf_rox = value != 0,
            _ => return None,
        }
    }
    Some(layout)
}

fn range(cells: &[&str]) -> Option<JitRange> {
    let [start, end, fallback_start, fallback_end, prot, alignment, flags] = *cells else {
        return None;
    };

    Some(JitRange {
        start: number(start)?,
        end: number(end)?,
        fallback_start: number(fallback_start)?,
        fallback_end: number(fallback_end)?,
        prot: match prot {
            "PAGE_KERNEL" => Prot::Kernel,
            "PAGE_KERNEL_ROX" => Prot::KernelRox,
            _ => return None,
        },
        alignment: number(alignment)?,
        flags: match flags {
            "none" => 0,
            "KASAN_SHADOW" => KASAN_SHADOW,
            "KASAN_SHADOW|ROX_CACHE" => KASAN_SHADOW | ROX_CACHE,
            _ => return None,
        },
    })
}

pub(crate) fn row_of(machine: &str) -> Option<Row> {
    let name = machine.split([',', ' ']).next()?;
    let found = ROWS.iter().find(|(row, _)| *row == name);

    found.map(|(_, row)| *row)
}

/// What the documentation says of `machine`: a type that it does not name is as modules' text.
fn documented(ranges: &[Vec<&str>], machine: &str, ty: JitType) -> Option<JitRange> {
    let of = |name: &str| {
        let line = ranges
            .iter()
            .find(|line| line[0] == machine && line[1] == name)?;

        range(&line[2..])
    };

    match ranges
        .iter()
        .any(|line| line[0] == machine && line[1] == ty.name())
    {
        true => of(ty.name()),
        false => of(JitType::ModulesText.name()),
    }
}

/// How many ranges were compared, or the first difference.
fn compare(text: &str) -> Result<usize, String> {
    let ranges = table(text, "Their ranges");
    let mut compared = 0;

    for machine in table(text, "Machines") {
        let name = machine[0];
        let layout = layout(machine[1]).ok_or(format!("{name}: a layout that cannot be read"))?;
        let row = row_of(name).ok_or(format!("{name}: no row"))?;
        let valid = row(&layout)
            .validate(&layout)
            .map_err(|invalid| format!("{name}: {invalid:?}"))?;

        for ty in JitType::ALL {
            let wanted = documented(&ranges, name, ty)
                .ok_or(format!("{name}: {}: no range that can be read", ty.name()))?;

            if *valid.range(ty) != wanted {
                let got = valid.range(ty);

                return Err(format!("{name}: {}: {got:x?}, not {wanted:x?}", ty.name()));
            }
            compared += 1;
        }
    }
    Ok(compared)
}

#[test]
fn rows_are_as_documented() {
    let compared = compare(DOCUMENTATION).unwrap_or_else(|why| panic!("{why}"));

    assert_eq!(compared, 5 * table(DOCUMENTATION, "Machines").len());
    println!("# figure: row_ranges_compared={compared}");
}

#[test]
fn every_row_is_documented() {
    let machines = table(DOCUMENTATION, "Machines");

    for (name, _) in ROWS {
        assert!(
            machines
                .iter()
                .any(|line| line[0].split([',', ' ']).next() == Some(name)),
            "{name} is not"
        );
    }
    for line in table(DOCUMENTATION, "Their ranges") {
        assert!(
            machines.iter().any(|machine| machine[0] == line[0]),
            "ranges of {}, which is no machine",
            line[0]
        );
    }
}

/// That the comparison can fail: any digit of any range, and any other word of it, matters.
#[test]
fn a_difference_is_found() {
    let start = DOCUMENTATION.find(".. csv-table:: Their ranges\n").unwrap();
    let end = DOCUMENTATION.find(".. csv-table:: Rows\n").unwrap();
    let mut found = 0;

    for (at, c) in DOCUMENTATION[start..end].char_indices() {
        let at = start + at;
        let line = &DOCUMENTATION[DOCUMENTATION[..at].rfind('\n').unwrap() + 1..];

        // In the cells after the name
        if !c.is_ascii_hexdigit()
            || !line.starts_with("   \"")
            || !DOCUMENTATION[..at].ends_with("x")
        {
            continue;
        }
        let other = if c == '7' { '6' } else { '7' };
        let changed = format!(
            "{}{other}{}",
            &DOCUMENTATION[..at],
            &DOCUMENTATION[at + 1..]
        );

        assert!(compare(&changed).is_err(), "{line:.100}");
        found += 1;
    }
    assert!(found > 200);
    assert!(compare(&DOCUMENTATION.replace("PAGE_KERNEL_ROX", "PAGE_KERNEL")).is_err());
    assert!(compare(&DOCUMENTATION.replace("KASAN_SHADOW|ROX_CACHE", "KASAN_SHADOW")).is_err());
}

#[test]
fn a_kernel_without_an_area_for_modules_is_refused() {
    // arm64's has none if its image is larger than 2 GiB.
    for (name, layout) in [
        (
            "arm64",
            "page_size=0x1000 vmalloc_start=0xffff800080000000 vmalloc_end=0xffffc1ffbf800000",
        ),
        (
            "riscv",
            "page_size=0x1000 vmalloc_start=0xffffffc600000000 vmalloc_end=0xffffffd600000000",
        ),
        (
            "nios2",
            "page_size=0x1000 vmalloc_start=0x80000000 vmalloc_end=0xbe000000",
        ),
    ] {
        let layout = self::layout(layout).unwrap();
        let invalid = row_of(name).unwrap()(&layout)
            .validate(&layout)
            .unwrap_err();

        assert_eq!(invalid.jit_type, JitType::ModulesText, "{name}");
        assert_eq!(invalid.fault, Fault::NoDefault, "{name}");
    }
}

/// The kernel's code asks for each window on its own, although it never draws one without the other.
#[test]
fn arm64_with_a_window_for_branches_only() {
    let layout = layout(
        "page_size=0x1000 kernel_start=0xfff0000000000000 vmalloc_start=0xffff800080000000 \
         vmalloc_end=0xffffc1ffbf800000 module_direct_base=0xffffa06158000000",
    );
    let layout = layout.unwrap();
    let valid = arch::arm64::params::params(&layout)
        .validate(&layout)
        .unwrap();
    let text = valid.range(JitType::ModulesText);

    assert_eq!(text.start, 0xffff_a061_5800_0000);
    assert_eq!(text.end, 0xffff_a061_6000_0000);
    assert!(!text.has_fallback());
}

/// Whatever a kernel says, a row is refused or never writable and executable.
#[test]
fn any_layout_is_refused_or_valid() {
    let mut rng = Rng::new(9);
    let machines = table(DOCUMENTATION, "Machines");
    let mut accepted = 0;

    for _ in 0..200_000 {
        let machine = &machines[rng.below(machines.len())];
        let mut layout = layout(machine[1]).unwrap();
        let page = layout.page_size;
        let value = rng.pick(&[0, page, 1 << 31, usize::MAX / page * page]);
        let value = [
            value,
            rng.next() as usize / page * page,
            rng.next() as usize,
        ][rng.below(3)];

        match rng.below(12) {
            0 => layout.vmalloc_start = value,
            1 => layout.vmalloc_end = value,
            2 => layout.modules_start = value,
            3 => layout.modules_end = value,
            4 => layout.modules_offset = value,
            5 => layout.modules_align = value,
            6 => layout.module_direct_base = value,
            7 => layout.module_plt_base = value,
            8 => layout.kernel_text_end = value,
            9 => layout.bpf_start = value,
            10 => layout.has_module_plts ^= true,
            _ => layout.has_rox_cache ^= true,
        }
        let Ok(valid) = row_of(machine[0]).unwrap()(&layout).validate(&layout) else {
            continue;
        };

        accepted += 1;
        for ty in JitType::ALL {
            let range = valid.range(ty);

            assert_ne!(range.prot, Prot::KernelExec);
            assert!(range.start < range.end && range.start >= layout.kernel_start);
            assert!(ty.is_text() || range.prot == Prot::Kernel);
        }
    }
    println!("# figure: random_layouts_accepted={accepted}");
    assert!(accepted > 10_000);
}

#[test]
fn traps_are_whole_instructions() {
    assert_eq!(arch::x86::params::TRAP, [0xcc]);
    // brk #0x100
    assert_eq!(arch::arm64::params::TRAP, [0x00, 0x20, 0x20, 0xd4]);
    // udf #0xdde1
    assert_eq!(arch::arm::params::TRAP, [0xf1, 0xde, 0xfd, 0xe7]);
}
