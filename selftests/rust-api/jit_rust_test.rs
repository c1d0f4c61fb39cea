// SPDX-License-Identifier: GPL-2.0

//! What the Rust interface does when it runs: results, and errors that lose nothing.
//!
//! Says `ok NAME` or `not ok NAME` in the log for every case when it is loaded.

#[path = "../../include/rust/jitalloc.rs"]
mod jitalloc;
#[cfg_attr(CONFIG_ARM, path = "machine_arm.rs")]
#[cfg_attr(CONFIG_ARM64, path = "machine_arm64.rs")]
#[cfg_attr(CONFIG_X86_64, path = "machine_x86.rs")]
mod machine;

use jitalloc::{
    extable_size,
    Batch,
    Data,
    ExtableEntry,
    InPlace,
    JitType,
    Published,
    Text,
    Writing,
    LANDING_PAD, //
};
use kernel::prelude::*;

module! {
    type: JitRustTest,
    name: "jit_rust_test",
    authors: ["The jitalloc authors"],
    description: "Test of the Rust interface of jitalloc",
    license: "GPL",
}

const PAGE_SIZE: usize = kernel::page::PAGE_SIZE;
const TEXT_TYPES: [JitType; 4] = [
    JitType::ModulesText,
    JitType::Kprobes,
    JitType::Ftrace,
    JitType::Bpf,
];

type Constant = unsafe extern "C" fn() -> u32;
type Load = unsafe extern "C" fn(*const usize) -> usize;
type Nothing = unsafe extern "C" fn();

/// Leaves the case, naming the line, if something is not as it has to be.
macro_rules! check {
    ($condition:expr) => {
        if !$condition {
            pr_err!("line {}: {}\n", line!(), stringify!($condition));
            return Err(EINVAL);
        }
    };
}

/// A short function.
struct Code {
    bytes: [u8; Code::MAX],
    len: usize,
}

impl Code {
    const MAX: usize = 32;

    /// A landing pad, `body`, and a return. Not one that mitigates anything: this is only a test.
    fn new(body: &[u8]) -> Result<Self> {
        let mut code = Code {
            bytes: [0; Code::MAX],
            len: 0,
        };
        for part in [LANDING_PAD, body, machine::RETURN] {
            let end = code.len + part.len();
            code.bytes
                .get_mut(code.len..end)
                .ok_or(E2BIG)?
                .copy_from_slice(part);
            code.len = end;
        }
        Ok(code)
    }

    fn constant(value: u32) -> Result<Self> {
        Code::new(&machine::constant(value))
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

fn published(kind: JitType, code: &Code) -> Result<Text<Published>> {
    let mut text = Text::new(kind, Code::MAX)?;
    text.write(0, code.bytes())?;
    text.publish().map_err(|(err, _text)| err)
}

/// Whether it is as the allocator hands it out.
fn is_trapping(text: &Text<Writing>) -> bool {
    let traps = machine::TRAP.iter().cycle();

    text.bytes()
        .iter()
        .zip(traps)
        .all(|(byte, trap)| byte == trap)
}

/// Whether no byte of it belongs to an instruction that does anything but trap.
fn is_reopened(text: &Text<Writing>) -> bool {
    text.bytes().iter().all(|&byte| byte == machine::TRAP_BYTE)
}

/// More than there is.
const HUGE: usize = 1 << if usize::BITS == 64 { 40 } else { 30 };

fn sizes() -> Result {
    for kind in TEXT_TYPES {
        check!(matches!(Text::new(kind, 0), Err(EINVAL)));
        check!(matches!(Data::new(kind, 0), Err(EINVAL)));
        check!(matches!(Text::new(kind, usize::MAX), Err(ENOMEM)));
        check!(matches!(Data::new(kind, usize::MAX), Err(ENOMEM)));
        check!(matches!(Text::new(kind, HUGE), Err(ENOMEM)));
        check!(matches!(Data::new(kind, HUGE), Err(ENOMEM)));
        check!(Text::new(kind, 1)?.len() == 1);
        check!(Data::new(kind, 1)?.len() == 1);
    }
    check!(matches!(Text::new(JitType::ModulesData, 16), Err(EINVAL)));
    check!(Data::new(JitType::ModulesData, 16)?.len() == 16);
    Ok(())
}

fn fresh_text_traps() -> Result {
    for len in [1, 15, 64, PAGE_SIZE, 3 * PAGE_SIZE] {
        let text = Text::new(JitType::Bpf, len)?;
        check!(text.bytes().len() == len);
        check!(is_trapping(&text));
    }
    Ok(())
}

fn writes_within_bounds() -> Result {
    let mut text = Text::new(JitType::Bpf, 16)?;
    let long = [0x90; 17];

    check!(text.write(0, &long).err() == Some(ERANGE));
    check!(text.write(1, &long[..16]).err() == Some(ERANGE));
    check!(text.write(16, &long[..1]).err() == Some(ERANGE));
    check!(text.write(17, &[]).err() == Some(ERANGE));
    check!(text.write(usize::MAX, &long[..1]).err() == Some(ERANGE));
    check!(text.write(usize::MAX - 15, &long[..16]).err() == Some(ERANGE));
    check!(is_trapping(&text));

    text.write(15, &long[..1])?;
    check!(text.bytes()[15] == 0x90 && text.bytes()[14] == machine::TRAP[14 % machine::TRAP.len()]);
    text.write(0, &long[..16])?;
    check!(text.bytes() == &long[..16]);
    Ok(())
}
/// A copy of code can be called at once.
fn text_of_code() -> Result {
    let code = Code::constant(4711)?;
    let text = Text::dup(JitType::Bpf, code.bytes())?;

    check!(text.bytes() == code.bytes());
    // SAFETY: That is such a function.
    check!(unsafe { text.function::<Constant>(0) }?.call() == 4711);
    check!(Text::dup(JitType::Bpf, &[]).err() == Some(EINVAL));
    check!(Text::dup(JitType::ModulesData, code.bytes()).err() == Some(EINVAL));
    Ok(())
}

/// Many writes in one call.
fn batches() -> Result {
    let (one, two) = (Code::constant(1)?, Code::constant(2)?);
    let mut texts = [
        Text::new(JitType::Bpf, 2 * Code::MAX)?,
        Text::new(JitType::Kprobes, Code::MAX)?,
    ];
    let [first, second] = &mut texts;
    let mut batch = Batch::new();

    check!(batch.add(first, &[(0, one.bytes()), (Code::MAX, two.bytes())]) == Ok(()));
    // It is all or nothing.
    check!(batch.add(second, &[(0, two.bytes()), (Code::MAX, &[0])]) == Err(ERANGE));
    batch.commit()?;
    let [first, second] = texts;
    let Err((ENOEXEC, mut second)) = second.publish() else {
        return Err(EINVAL);
    };
    check!(is_trapping(&second));
    let first = first.publish().map_err(|(err, _)| err)?;
    // SAFETY: Those are such functions.
    check!(unsafe { first.function::<Constant>(0) }?.call() == 1);
    // SAFETY: As above.
    check!(unsafe { first.function::<Constant>(Code::MAX) }?.call() == 2);

    let mut nothing = Batch::new();
    nothing.add(&mut second, &[(Code::MAX, &[])])?;
    nothing.commit()?;
    check!(matches!(second.publish(), Err((ENOEXEC, _))));
    Ok(())
}

fn empty_text_comes_back() -> Result {
    let text = Text::<Writing>::new(JitType::Bpf, Code::MAX)?;
    let addr = text.addr();

    let Err((ENOEXEC, mut text)) = text.publish() else {
        return Err(EINVAL);
    };
    check!(text.addr() == addr && text.len() == Code::MAX);

    // Nothing is written by this either.
    text.write(Code::MAX, &[])?;
    let Err((ENOEXEC, mut text)) = text.publish() else {
        return Err(EINVAL);
    };

    text.write(0, Code::constant(7)?.bytes())?;
    let Ok(text) = text.publish() else {
        return Err(EINVAL);
    };
    // SAFETY: This is a function that returns a constant.
    check!(unsafe { text.function::<Constant>(0) }?.call() == 7);
    Ok(())
}

fn offsets_of_functions() -> Result {
    let mut text = Text::new(JitType::Bpf, 2 * Code::MAX)?;
    text.write(0, Code::constant(1)?.bytes())?;
    text.write(Code::MAX, Code::constant(2)?.bytes())?;
    // A landing pad that the end cuts off, if there are any.
    if let Some(part) = LANDING_PAD.get(..3) {
        text.write(2 * Code::MAX - 3, part)?;
    }
    let Ok(text) = text.publish() else {
        return Err(EINVAL);
    };

    // SAFETY: Those that are called return a constant.
    unsafe {
        check!(text.function::<Constant>(0)?.call() == 1);
        check!(text.function::<Constant>(Code::MAX)?.call() == 2);
        check!(text.function::<Constant>(1).err() == Some(ENOEXEC));
        check!(text.function::<Constant>(Code::MAX - 1).err() == Some(ENOEXEC));
        check!(text.function::<Constant>(2 * Code::MAX - 3).err() == Some(ENOEXEC));
        check!(text.function::<Constant>(2 * Code::MAX).err() == Some(ERANGE));
        check!(text.function::<Constant>(usize::MAX).err() == Some(ERANGE));
    }
    Ok(())
}

fn all_types_run() -> Result {
    for kind in TEXT_TYPES {
        let value = 0x1234_0000 + kind as u32;
        let text = published(kind, &Code::constant(value)?)?;
        // SAFETY: This is a function that returns a constant.
        check!(unsafe { text.function::<Constant>(0) }?.call() == value);
    }
    Ok(())
}

fn six_arguments() -> Result {
    type Six = unsafe extern "C" fn(u64, u64, u64, u64, u64, u64) -> u64;

    for (value, code) in (1..).zip(machine::MOVES) {
        let text = published(JitType::Bpf, &Code::new(code)?)?;
        // SAFETY: This is a function that returns one of its arguments.
        let function = unsafe { text.function::<Six>(0) }?;
        check!(function.call(1, 2, 3, 4, 5, 6) == value);
    }
    Ok(())
}

fn other_signatures() -> Result {
    let extend = published(JitType::Bpf, &Code::new(machine::SIGN_EXTEND)?)?;
    let is_null = published(JitType::Bpf, &Code::new(machine::IS_NULL)?)?;
    let nothing = published(JitType::Bpf, &Code::new(&[])?)?;
    let number = 1u8;

    // SAFETY: These are such functions, for any values. None follows the pointer.
    unsafe {
        let extend = extend.function::<unsafe extern "C" fn(i8) -> i64>(0)?;
        check!(extend.call(-128) == -128 && extend.call(127) == 127);

        let is_null = is_null.function::<unsafe extern "C" fn(*const u8) -> bool>(0)?;
        check!(is_null.call(core::ptr::null()) && !is_null.call(&number));

        let nothing = nothing.function::<Nothing>(0)?;
        nothing.call();
        nothing.pointer()();
    }
    Ok(())
}

fn code_across_pages() -> Result {
    let code = Code::constant(0xabcd)?;
    let mut text = Text::new(JitType::Bpf, 3 * PAGE_SIZE)?;

    for offset in (PAGE_SIZE - Code::MAX..=PAGE_SIZE).step_by(machine::ALIGN) {
        text.write(offset, code.bytes())?;
        let Ok(published) = text.publish() else {
            return Err(EINVAL);
        };
        // SAFETY: This is a function that returns a constant.
        check!(unsafe { published.function::<Constant>(offset) }?.call() == 0xabcd);
        text = published.reopen().map_err(|(err, _text)| err)?;
        check!(is_reopened(&text));
    }
    Ok(())
}

fn reopened_text() -> Result {
    let text = published(JitType::Bpf, &Code::constant(1)?)?;
    let addr = text.addr();

    let Ok(text) = text.reopen() else {
        return Err(EINVAL);
    };
    check!(text.addr() == addr && is_reopened(&text));
    // As good as new: nothing is in it.
    let Err((ENOEXEC, mut text)) = text.publish() else {
        return Err(EINVAL);
    };
    text.write(0, Code::constant(2)?.bytes())?;
    let Ok(text) = text.publish() else {
        return Err(EINVAL);
    };
    // SAFETY: This is a function that returns a constant.
    check!(unsafe { text.function::<Constant>(0) }?.call() == 2);
    Ok(())
}

fn data_within_bounds() -> Result {
    let mut data = Data::new(JitType::Bpf, 16)?;
    let mut bytes = [1; 17];

    data.read(0, &mut bytes[..16])?;
    check!(bytes[..16] == [0; 16]);
    check!(data.read(0, &mut bytes).err() == Some(ERANGE));
    check!(data.read(16, &mut bytes[..1]).err() == Some(ERANGE));
    check!(data.read(usize::MAX, &mut bytes[..1]).err() == Some(ERANGE));
    check!(data.write(0, &bytes).err() == Some(ERANGE));
    check!(data.write(16, &bytes[..1]).err() == Some(ERANGE));
    check!(data.write(usize::MAX - 7, &bytes[..8]).err() == Some(ERANGE));
    check!(bytes[16] == 1);

    data.write(8, b"jitalloc")?;
    data.read(0, &mut bytes[..16])?;
    check!(&bytes[..16] == b"\0\0\0\0\0\0\0\0jitalloc");
    Ok(())
}

fn data_within_reach() -> Result {
    for kind in TEXT_TYPES {
        let text = Text::new(kind, 16)?;
        let data = Data::new(kind, 16)?;
        check!(text.addr().abs_diff(data.addr()) < 1 << 31);
    }
    Ok(())
}

fn dropped_many_times() -> Result {
    for value in 0..500 {
        let text = published(JitType::Kprobes, &Code::constant(value)?)?;
        // SAFETY: This is a function that returns a constant.
        check!(unsafe { text.function::<Constant>(0) }?.call() == value);
        // This comes back with an error, and is dropped with it.
        check!(Text::new(JitType::Kprobes, 64)?.publish().is_err());
        drop(Data::new(JitType::Kprobes, 64)?);
    }
    jitalloc::free_barrier();
    Ok(())
}

/// The error that an errno, given as a positive number, is.
fn errno(number: u32) -> Option<Error> {
    // CAST: An errno is a small number.
    Some(Error::from_errno(-(number as c_int)))
}

fn names() -> Result {
    const LONG: usize = 600;

    let mut text = Text::new(JitType::Bpf, Code::MAX)?;
    text.set_name(fmt!("jit_rust_test_{}", "writing"))?;
    check!(text.set_name(fmt!("")).err() == Some(EINVAL));
    check!(text.set_name(fmt!("two words")).err() == Some(EINVAL));
    check!(text.set_name(fmt!("null\0byte")).err() == Some(EINVAL));
    check!(text.set_name(fmt!("{}", '\u{e4}')).err() == Some(EINVAL));
    check!(text.set_name(fmt!("{:0LONG$}", 0)).err() == errno(kernel::bindings::ENAMETOOLONG));
    // It is not taken for a format.
    text.set_name(fmt!("%s%n"))?;

    text.write(0, Code::constant(1)?.bytes())?;
    let text = text.publish().map_err(|(err, _text)| err)?;
    text.set_name(fmt!("jit_rust_test_{:#x}", 7))?;
    // SAFETY: This is a function that returns a constant.
    check!(unsafe { text.function::<Constant>(0) }?.call() == 1);
    Ok(())
}

/// A load, and where it goes on.
fn exception_tables() -> Result {
    const FIXUP: usize = LANDING_PAD.len() + machine::LOAD.len() + machine::RETURN.len();
    const AT: ExtableEntry = ExtableEntry {
        insn: LANDING_PAD.len() as u32,
        fixup: FIXUP as u32,
    };
    const PAST_END: ExtableEntry = ExtableEntry {
        fixup: 1 << 20,
        ..AT
    };

    // A page of its own, behind which nothing is mapped.
    let mut page = VVec::<usize>::with_capacity(PAGE_SIZE / size_of::<usize>(), GFP_KERNEL)?;
    page.push(0x600d, GFP_KERNEL)?;
    let guard = page.as_ptr().wrapping_byte_add(PAGE_SIZE);

    let body = machine::constant(0xfa);
    let mut text = Text::new(JitType::Bpf, 64 + extable_size(1))?;
    let mut at = 0;
    for piece in [
        LANDING_PAD,
        machine::LOAD,
        machine::RETURN,
        &body,
        machine::RETURN,
    ] {
        text.write(at, piece)?;
        at += piece.len();
    }
    check!(text.set_extable(&[AT]).err() == Some(ENOENT));
    text.set_name(fmt!("jit_rust_test_load"))?;
    check!(text.set_extable(&[]).err() == Some(EINVAL));
    check!(text.set_extable(&[AT, AT]).err() == Some(EINVAL));
    check!(text.set_extable(&[PAST_END]).err() == Some(ERANGE));
    text.set_extable(&[AT])?;
    check!(text.set_extable(&[AT]).err() == Some(EEXIST));
    check!(text.set_name(fmt!("another")).err() == Some(EBUSY));

    let text = text.publish().map_err(|(err, _text)| err)?;
    // SAFETY: It is a function that reads a word which is ours, or is not there.
    let load = unsafe { text.function::<Load>(0) }?;
    check!(load.call(page.as_ptr()) == 0x600d);
    check!(load.call(guard) == 0xfa);
    Ok(())
}

/// Code that is written where it is, and then is text like any other.
fn in_place() -> Result {
    check!(InPlace::new(JitType::Bpf, 0).err() == Some(EINVAL));
    check!(InPlace::new(JitType::ModulesData, 64).err() == Some(EINVAL));
    check!(InPlace::new(JitType::Bpf, usize::MAX).err() == Some(ENOMEM));

    for kind in TEXT_TYPES {
        for len in [1, Code::MAX, PAGE_SIZE + Code::MAX] {
            let mut memory = InPlace::new(kind, len)?;
            let mut traps = machine::TRAP.iter().cycle();

            check!(memory.addr() % PAGE_SIZE == 0);
            check!(memory.bytes().len() == len);
            check!(memory.bytes().iter().all(|byte| traps.next() == Some(byte)));
            if len < Code::MAX {
                continue;
            }
            let at = len - Code::MAX;
            let code = Code::constant(4711)?;
            memory
                .bytes_mut()
                .get_mut(at..at + code.bytes().len())
                .ok_or(EINVAL)?
                .copy_from_slice(code.bytes());
            let text = memory.publish().map_err(|(err, _sealed)| err)?;
            // SAFETY: This is a function that returns a constant.
            check!(unsafe { text.function::<Constant>(at) }?.call() == 4711);

            let mut text = text.reopen().map_err(|(err, _text)| err)?;
            text.write(0, Code::constant(1)?.bytes())?;
            let text = text.publish().map_err(|(err, _text)| err)?;
            // SAFETY: As above.
            check!(unsafe { text.function::<Constant>(0) }?.call() == 1);
        }
    }
    jitalloc::free_barrier();
    Ok(())
}

type Case = (&'static CStr, fn() -> Result);

const CASES: &[Case] = &[
    (c"sizes and types that are refused", sizes),
    (c"fresh text traps", fresh_text_traps),
    (c"text is written within its bounds", writes_within_bounds),
    (c"a copy of code", text_of_code),
    (c"many writes at once", batches),
    (c"text without code comes back", empty_text_comes_back),
    (c"functions at offsets", offsets_of_functions),
    (c"text of all types runs", all_types_run),
    (c"six arguments", six_arguments),
    (c"other signatures", other_signatures),
    (c"code across pages", code_across_pages),
    (c"reopened text", reopened_text),
    (c"data is accessed within its bounds", data_within_bounds),
    (c"data is within reach of text", data_within_reach),
    (c"names", names),
    (c"exception tables", exception_tables),
    (c"code written in place", in_place),
    (c"dropped many times", dropped_many_times),
];

/// The module keeps two texts, one with a name, for the script to look.
struct JitRustTest {
    _named: Text<Published>,
    _nameless: Text<Published>,
}

impl kernel::Module for JitRustTest {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        for (name, case) in CASES {
            match case() {
                Ok(()) => pr_info!("ok {}\n", *name),
                Err(err) => {
                    pr_err!("{:?}\n", err);
                    pr_info!("not ok {}\n", *name);
                }
            }
        }
        let named = published(JitType::Bpf, &Code::constant(1)?)?;
        named.set_name(fmt!("jit_rust_test_old_name"))?;
        named.set_name(fmt!("jit_rust_test_{}_{:?}", 42, Some("name")))?;
        Ok(JitRustTest {
            _named: named,
            _nameless: published(JitType::Bpf, &Code::constant(2)?)?,
        })
    }
}
