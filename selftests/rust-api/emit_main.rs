// SPDX-License-Identifier: GPL-2.0

//! `jit_emit.rs` writes what `<linux/jit_emit.h>` writes: each form with each argument, at several
//! addresses, into buffers of every size, and measured.
//!
//! Says `ok NAME` or `not ok NAME` in the log for every case when it is loaded.

#[path = "../../include/rust/jit_emit.rs"]
mod jit_emit;

use core::ptr::{
    null_mut,
    without_provenance_mut, //
};
use jit_emit::Emit;
use kernel::prelude::*;

module! {
    type: JitRustEmit,
    name: "jit_rust_emit",
    authors: ["The jitalloc authors"],
    description: "Compares the two ways to write what jitalloc runs",
    license: "GPL",
}

extern "C" {
    fn jit_test_emit_form(
        form: u32,
        arg: usize,
        buf: *mut u8,
        size: usize,
        addr: *mut c_void,
        len: *mut usize,
    ) -> c_int;
    fn jit_test_emit_return_thunk() -> *const c_void;
    fn jit_test_emit_in_reach(from: *mut c_void, to: *mut c_void) -> bool;
}

/// No form is longer, with what is behind it.
const MAX: usize = 160;

type Form = fn(&mut Emit<'_>, usize);

/// In the order of their numbers in `emit_forms.c`; whether the argument is an address.
const FORMS: &[(&CStr, Args, Form)] = &[
    (c"the entry", Args::None, |e, _| e.entry()),
    (c"a return", Args::None, |e, _| e.ret()),
    (c"a call", Args::Target, |e, arg| e.call(arg)),
    (c"a far call", Args::Target, |e, arg| e.call_far(arg)),
    (c"a jump", Args::Target, |e, arg| e.jump(arg)),
    (c"a far jump", Args::Target, |e, arg| e.jump_far(arg)),
    // CAST: Registers are small.
    (c"an indirect call", Args::Number, |e, arg| {
        e.indirect_call(arg as u32)
    }),
    // CAST: Registers are small.
    (c"an indirect jump", Args::Number, |e, arg| {
        e.indirect_jump(arg as u32)
    }),
    (c"a trap", Args::None, |e, _| e.trap()),
    (c"alignment", Args::Number, |e, arg| {
        e.trap();
        e.align(arg);
    }),
    (c"bytes", Args::Number, |e, arg| e.put(&arg.to_ne_bytes())),
    #[cfg(not(CONFIG_X86_64))]
    // CAST: So it is for C.
    (c"an instruction", Args::Number, |e, arg| e.insn(arg as u32)),
];

#[derive(Clone, Copy)]
enum Args {
    None,
    Number,
    Target,
}

/// Distances at which direct branches begin to reach and cease to, of all architectures.
fn distances() -> impl Iterator<Item = usize> {
    const EDGES: [usize; 5] = [0, 1 << 25, 1 << 27, 1 << 31, 1 << (usize::BITS - 2)];

    EDGES.into_iter().flat_map(|edge| {
        (0..64_usize).flat_map(move |near| {
            let distance = edge.wrapping_add(near).wrapping_sub(32);

            [distance, 0_usize.wrapping_sub(distance)]
        })
    })
}

/// What C has written, and its error.
fn of_c(form: u32, arg: usize, buf: Option<&mut [u8]>, addr: Option<usize>) -> (c_int, usize) {
    let mut len = 0;
    let (ptr, size) = buf.map_or((null_mut(), 0), |buf| (buf.as_mut_ptr(), buf.len()));

    // SAFETY: There are `size` bytes in the buffer, if there is one; addresses are only numbers.
    let err = unsafe {
        jit_test_emit_form(
            form,
            arg,
            ptr,
            size,
            without_provenance_mut(addr.unwrap_or(0)),
            &mut len,
        )
    };
    (err, len)
}

/// What Rust has written, and its error.
fn of_rust(form: Form, arg: usize, mut e: Emit<'_>) -> (c_int, usize) {
    form(&mut e, arg);
    e.put(b"1234");
    let len = e.len();
    (e.finish().map_or_else(Error::to_errno, |_| 0), len)
}

fn is_equal(nr: u32, form: Form, arg: usize, addr: usize) -> bool {
    for size in 0..64 {
        let (mut ours, mut theirs) = ([0x5a_u8; MAX], [0x5a_u8; MAX]);
        let (our, their) = (&mut ours[..size], &mut theirs[..size]);
        let c = of_c(nr, arg, Some(their), Some(addr));
        let rust = of_rust(form, arg, Emit::new(our, addr));

        if c != rust || ours != theirs {
            pr_err!("{arg:#x} at {addr:#x}, {size} bytes: {c:?} {theirs:x?}, {rust:?} {ours:x?}\n");
            return false;
        }
    }
    [Some(addr), None].into_iter().all(|addr| {
        let (c, rust) = (
            of_c(nr, arg, None, addr),
            of_rust(form, arg, Emit::measure(addr)),
        );

        if c != rust {
            pr_err!("{arg:#x}, measured at {addr:x?}: {c:?}, {rust:?}\n");
        }
        c == rust
    })
}

fn is_form_equal(nr: u32, args: Args, form: Form, text: usize) -> bool {
    [text, text.wrapping_add(2), text.wrapping_add(64)]
        .into_iter()
        .all(|addr| match args {
            Args::None => is_equal(nr, form, 0, addr),
            Args::Number => Iterator::chain(0..70, [256, 4096, usize::MAX])
                .all(|arg| is_equal(nr, form, arg, addr)),
            Args::Target => {
                distances().all(|distance| is_equal(nr, form, addr.wrapping_add(distance), addr))
            }
        })
}

fn is_reach_equal(from: usize) -> bool {
    distances().all(|distance| {
        let to = from.wrapping_add(distance);
        // SAFETY: Addresses are only numbers.
        let c = unsafe {
            jit_test_emit_in_reach(without_provenance_mut(from), without_provenance_mut(to))
        };

        jit_emit::in_reach(from, to) == c
    })
}

fn is_thunk_equal() -> bool {
    // SAFETY: No requirements.
    let c = unsafe { jit_test_emit_return_thunk() };

    Emit::measure(None).return_thunk().unwrap_or(0) == c.addr()
}

fn report(ok: bool, name: &CStr) {
    pr_info!("{} {}\n", if ok { "ok" } else { "not ok" }, name);
}

/// Nothing is left of it but what it said.
struct JitRustEmit;

impl kernel::Module for JitRustEmit {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        // Where thunks are in reach, which modules are.
        let text = (is_thunk_equal as fn() -> bool) as usize & !63;

        for (nr, (name, args, form)) in (0..).zip(FORMS) {
            report(is_form_equal(nr, *args, *form, text), name);
        }
        report(is_reach_equal(text), c"reach");
        report(is_thunk_equal(), c"the return thunk");
        Ok(JitRustEmit)
    }
}
