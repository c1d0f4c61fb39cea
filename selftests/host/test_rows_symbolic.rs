// SPDX-License-Identifier: GPL-2.0

//! Every architecture's row and trap against what `Documentation/porting.rst` says of them in the
//! kernel's names.

use crate::arch;
use crate::params::{
    JitAllocParams, JitRange, JitType, Layout, Prot, KASAN_SHADOW, NR_TYPES, ROX_CACHE,
};
use crate::rng::Rng;
use crate::test_rows::{layout, number, row_of, table, DOCUMENTATION};

/// An architecture, or one of its machines, is as the first word of its name up to a hyphen.
fn arch_of(machine: &str) -> &str {
    machine.split([',', ' ', '-']).next().unwrap_or_default()
}

fn named(name: &str, layout: &Layout) -> Option<usize> {
    Some(match name {
        "PAGE_SIZE" => layout.page_size,
        "PAGE_OFFSET" => layout.page_offset,
        "VMALLOC_START" => layout.vmalloc_start,
        "VMALLOC_END" => layout.vmalloc_end,
        "MODULES_VADDR" => layout.modules_start,
        "MODULES_END" => layout.modules_end,
        "MODULE_ALIGN" => layout.modules_align,
        "BPF_JIT_REGION_START" => layout.bpf_start,
        "BPF_JIT_REGION_END" => layout.bpf_end,
        "CONFIG_ARM_MODULE_PLTS" => layout.has_module_plts.into(),
        "_etext" => layout.kernel_text_end,
        "modules_offset" => layout.modules_offset,
        "module_direct_base" => layout.module_direct_base,
        "module_plt_base" => layout.module_plt_base,
        "has_rox_cache" => layout.has_rox_cache.into(),
        "has_bpf_rox" => layout.has_bpf_rox.into(),
        "SZ_32M" => 32 << 20,
        "SZ_128M" => 128 << 20,
        "SZ_256M" => 256 << 20,
        "SZ_2G" => 2 << 30,
        "1" => 1,
        _ => return None,
    })
}

/// A sum or a difference of names, in the kernel's arithmetic.
fn value(text: &str, layout: &Layout) -> Option<usize> {
    match text.rfind(['+', '-']) {
        None => named(text, layout),
        Some(at) => {
            let (left, right) = (value(&text[..at], layout)?, named(&text[at + 1..], layout)?);

            Some(match &text[at..=at] {
                "+" => left.wrapping_add(right),
                _ => left.wrapping_sub(right),
            })
        }
    }
}

fn holds(condition: &str, layout: &Layout) -> Option<bool> {
    let mut all = true;

    for term in condition.split(" and ") {
        all &= if term == "always" {
            true
        } else if let Some(name) = term.strip_prefix('!') {
            value(name, layout)? == 0
        } else if let Some((left, right)) = term.split_once('<') {
            value(left, layout)? < value(right, layout)?
        } else {
            value(term, layout)? != 0
        };
    }
    Some(all)
}

/// The ends of "a..b", or zeros.
fn bounds(text: &str, layout: &Layout) -> Option<(usize, usize)> {
    if text == "none" {
        return Some((0, 0));
    }
    let (start, end) = text.split_once("..")?;

    Some((value(start, layout)?, value(end, layout)?))
}

/// The range that a line gives, or nothing if it cannot be read.
fn range_of(line: &[&str], layout: &Layout) -> Option<JitRange> {
    let [_, _, _, range, fallback, prot, alignment, flags] = *line else {
        return None;
    };
    let (start, end) = bounds(range, layout)?;
    let (fallback_start, fallback_end) = bounds(fallback, layout)?;

    Some(JitRange {
        start,
        end,
        fallback_start,
        fallback_end,
        prot: match prot {
            "PAGE_KERNEL" => Prot::Kernel,
            "PAGE_KERNEL_ROX" => Prot::KernelRox,
            _ => return None,
        },
        alignment: value(alignment, layout)?,
        flags: match flags {
            "none" => 0,
            "KASAN_SHADOW" => KASAN_SHADOW,
            "KASAN_SHADOW|ROX_CACHE" => KASAN_SHADOW | ROX_CACHE,
            _ => return None,
        },
    })
}

/// What the documentation says of `ty`: the first line whose condition holds.
fn documented(
    lines: &[Vec<&str>],
    machine: &str,
    ty: JitType,
    layout: &Layout,
) -> Result<JitRange, String> {
    let unread = || format!("{machine}: {}: what cannot be read", ty.name());

    for name in [ty.name(), JitType::ModulesText.name()] {
        for line in lines {
            if line[0] != arch_of(machine) || line[1] != name {
                continue;
            }
            if line.len() != 8 {
                return Err(unread());
            }
            if !holds(line[2], layout).ok_or_else(unread)? {
                continue;
            }
            let mut range = range_of(line, layout).ok_or_else(unread)?;

            // Data inherits a place, and no execution.
            if name != ty.name() && !ty.is_text() {
                range.prot = Prot::Kernel;
                range.flags &= !ROX_CACHE;
            }
            return Ok(range);
        }
    }
    Err(format!("{machine}: {}: no line", ty.name()))
}

/// The example machines, and what their kernels cannot be but their code provides for.
fn machines(text: &str) -> Vec<(String, Layout)> {
    let mut machines: Vec<_> = table(text, "Machines")
        .iter()
        .map(|line| (line[0].to_string(), layout(line[1]).unwrap()))
        .collect();

    machines.push((
        "arm64, a window for branches only".to_string(),
        Layout {
            module_plt_base: 0,
            ..machines
                .iter()
                .find(|(name, _)| name == "arm64, KASLR")
                .unwrap()
                .1
        },
    ));
    machines
}

/// How many ranges were accepted and compared, or the first difference: also if only one of both, the
/// row and what the documentation says, is refused.
fn compare(text: &str, machines: &[(String, Layout)]) -> Result<usize, String> {
    let lines = table(text, "Rows");
    let mut compared = 0;

    for (name, layout) in machines {
        let row = row_of(name).ok_or(format!("{name}: no row"))?;
        let mut ranges = [JitRange::INHERITED; NR_TYPES];

        for ty in JitType::ALL {
            ranges[ty.index()] = documented(&lines, name, ty, layout)?;
        }
        let wanted = JitAllocParams { ranges }.validate(layout);
        let got = row(layout).validate(layout);

        if got != wanted {
            return Err(format!("{name}: {got:x?}, not {wanted:x?}"));
        }
        if got.is_ok() {
            compared += NR_TYPES;
        }
    }
    Ok(compared)
}

#[test]
fn rows_are_as_their_names_say() {
    let machines = machines(DOCUMENTATION);
    let compared = compare(DOCUMENTATION, &machines).unwrap_or_else(|why| panic!("{why}"));

    assert_eq!(compared, 5 * machines.len());
}

/// Machines with one or two facts that are otherwise, at and around what conditions ask.
fn random_machines() -> Vec<(String, Layout)> {
    let mut rng = Rng::new(11);
    let machines = machines(DOCUMENTATION);
    let mut random = Vec::new();

    for _ in 0..50_000 {
        let (name, mut layout) = machines[rng.below(machines.len())].clone();
        let page = layout.page_size;
        let value = rng.next() as usize / page * page;

        for _ in 0..=rng.below(2) {
            match rng.below(11) {
                0 => layout.vmalloc_end = value,
                1 => layout.modules_start = [0, value][rng.below(2)],
                2 => layout.modules_end = value,
                3 => layout.module_direct_base = [0, value][rng.below(2)],
                4 => layout.module_plt_base = [0, value][rng.below(2)],
                5 => {
                    // About as far behind the area as a branch reaches
                    layout.kernel_text_end = layout.modules_end.wrapping_add(32 << 20);
                    layout.kernel_text_end = layout
                        .kernel_text_end
                        .wrapping_add(rng.below(3) * page)
                        .wrapping_sub(page);
                }
                6 => {
                    layout.page_offset = layout
                        .modules_start
                        .wrapping_add(rng.below(3) * page)
                        .wrapping_sub(page);
                }
                7 => layout.has_module_plts ^= true,
                8 => layout.has_bpf_rox ^= true,
                9 => layout.modules_offset = rng.below(1025) * page,
                _ => layout.has_rox_cache ^= true,
            }
        }
        random.push((name, layout));
    }
    random
}

#[test]
fn rows_are_as_their_names_say_for_any_layout() {
    let compared = compare(DOCUMENTATION, &random_machines()).unwrap_or_else(|why| panic!("{why}"));

    println!("# figure: random_row_ranges_compared={compared}");
    assert!(compared > 50_000);
}

/// That the comparison can fail: every term of every condition matters to some layout.
#[test]
fn a_difference_in_conditions_is_found() {
    let random = random_machines();
    let start = DOCUMENTATION.find(".. csv-table:: Rows\n").unwrap();
    let mut found = 0;

    for line in table(DOCUMENTATION, "Rows") {
        let terms: Vec<_> = line[2].split(" and ").collect();

        for left_out in (0..terms.len()).filter(|_| line[2] != "always") {
            let mut fewer = terms.clone();

            fewer[left_out] = "always";
            let head = format!("   \"{}\", {}, ", line[0], line[1]);
            let text = format!(
                "{}{}",
                &DOCUMENTATION[..start],
                DOCUMENTATION[start..].replacen(
                    &format!("{head}{}, ", line[2]),
                    &format!("{head}{}, ", fewer.join(" and ")),
                    1
                )
            );

            assert_ne!(text, DOCUMENTATION, "{line:?}");
            assert!(compare(&text, &random).is_err(), "{line:?}, {fewer:?}");
            found += 1;
        }
    }
    assert!(found > 10);
}

/// That the comparison can fail: every cell of every line matters to some machine.
#[test]
fn a_difference_in_names_is_found() {
    let machines = machines(DOCUMENTATION);
    let start = DOCUMENTATION.find(".. csv-table:: Rows\n").unwrap();
    let head = &DOCUMENTATION[..start];
    let mut found = 0;

    for line in table(DOCUMENTATION, "Rows") {
        let other = |cell: usize| match cell {
            3 => "PAGE_SIZE..SZ_2G",
            4 if line[4] == "none" => "PAGE_SIZE..SZ_2G",
            4 => "none",
            5 if line[5] == "PAGE_KERNEL" => "PAGE_KERNEL_ROX",
            5 => "PAGE_KERNEL",
            6 => "SZ_2G",
            _ if line[7] == "none" => "KASAN_SHADOW",
            _ => "none",
        };
        let whole = format!("   \"{}\", {}", line[0], line[1..].join(", "));

        assert_eq!(DOCUMENTATION[start..].matches(&whole).count(), 1, "{whole}");
        for cell in 3..8 {
            let mut changed = line.clone();

            changed[cell] = other(cell);
            let changed = format!("   \"{}\", {}", changed[0], changed[1..].join(", "));
            let text = format!(
                "{head}{}",
                DOCUMENTATION[start..].replacen(&whole, &changed, 1)
            );

            assert!(compare(&text, &machines).is_err(), "{changed}");
            found += 1;
        }
        // A line less
        let text = format!(
            "{head}{}",
            DOCUMENTATION[start..].replacen(&format!("{whole}\n"), "", 1)
        );

        assert!(compare(&text, &machines).is_err(), "without {whole}");
    }
    assert!(found > 100);
}

/// The traps, by the architecture.
const TRAPS: [(&str, &[u8]); 12] = [
    ("x86", &arch::x86::params::TRAP),
    ("arm64", &arch::arm64::params::TRAP),
    ("arm", &arch::arm::params::TRAP),
    ("riscv", &arch::riscv::params::TRAP),
    ("loongarch", &arch::loongarch::params::TRAP),
    ("s390", &arch::s390::params::TRAP),
    ("powerpc", &arch::powerpc::params::TRAP),
    ("mips", &arch::mips::params::TRAP),
    ("parisc", &arch::parisc::params::TRAP),
    ("nios2", &arch::nios2::params::TRAP),
    ("sparc", &arch::sparc::params::TRAP),
    ("um", &[]),
];

/// The bytes of an instruction that the documentation has as a number.
fn trap(line: &[&str]) -> Option<Vec<u8>> {
    let [_, word, len, order, ..] = *line else {
        return None;
    };
    if word == "none" {
        return Some(Vec::new());
    }
    let word = u32::try_from(number(word)?).ok()?;
    let len: usize = len.parse().ok()?;
    let bytes = match order {
        "none" if word > 0xff => return None,
        "none" | "little" => word.to_le_bytes()[..len].to_vec(),
        "native" => word.to_ne_bytes().to_vec(),
        "big" => word.to_be_bytes().to_vec(),
        _ => return None,
    };

    (bytes.len() == len).then_some(bytes)
}

fn compare_traps(text: &str) -> Result<(), String> {
    let lines = table(text, "Architectures");

    if lines.len() != TRAPS.len() {
        return Err(format!("{} architectures", lines.len()));
    }
    for (name, wanted) in TRAPS {
        let line = lines
            .iter()
            .find(|line| line[0] == name)
            .ok_or(format!("{name}: no line"))?;

        if line.len() != 7 || trap(line).as_deref() != Some(wanted) {
            return Err(format!("{name}: {line:?}, not {wanted:x?}"));
        }
    }
    Ok(())
}

#[test]
fn traps_are_as_documented() {
    compare_traps(DOCUMENTATION).unwrap_or_else(|why| panic!("{why}"));
    for (from, to) in [
        ("0xcc, 1", "0xcd, 1"),
        ("0xd4202000, 4", "0xd4202020, 4"),
        ("0xe7fddef1, 4", "0xe7f000f0, 4"),
        ("0x7fe00008, 4", "0x7fe00009, 4"),
        ("0x2a0000, 4", "0x2a0001, 4"),
        ("0x30d, 4", "0x800d, 4"),
        ("0x3b6fba, 4", "0x3b6ffa, 4"),
        ("0x91d02005, 4, big", "0x91d02005, 4, little"),
        ("0x0, 2", "0x0, 4"),
        ("0x0, 4", "0x0, 2"),
    ] {
        let changed = DOCUMENTATION.replacen(from, to, 1);

        assert_ne!(changed, DOCUMENTATION, "{from}");
        assert!(compare_traps(&changed).is_err(), "{from}");
    }
}

#[test]
fn every_architecture_of_the_rows_has_a_trap_line() {
    for line in table(DOCUMENTATION, "Rows") {
        assert!(
            TRAPS.iter().any(|(name, _)| *name == line[0]),
            "{}",
            line[0]
        );
    }
}
