// SPDX-License-Identifier: GPL-2.0

//! A module of your own: generates a function when it is loaded, and calls it.
//!
//! ```text
//! # insmod jit_template_rust.ko
//! jit_template_rust: 14 * 3 is 42
//! ```

// The Makefile makes a link `jitalloc` to where jitalloc's files for Rust are.
#[path = "jitalloc/jit_emit.rs"]
mod jit_emit;
#[path = "jitalloc/jitalloc.rs"]
mod jitalloc;

use jit_emit::Emit;
use jitalloc::{
    JitType,
    Published,
    Text, //
};
use kernel::prelude::*;

module! {
    type: Template,
    name: "jit_template_rust",
    authors: ["You"],
    description: "A module with generated code, to begin with",
    license: "GPL",
}

/// Room for the code of a function.
const CODE_MAX: usize = 64;

/// The function's own instructions: its argument times three.
const TRIPLE: &[u8] = if cfg!(CONFIG_X86_64) {
    &[0x8d, 0x04, 0x7f] // lea (%rdi,%rdi,2), %eax
} else if cfg!(CONFIG_ARM64) {
    &[0x00, 0x04, 0x00, 0x0b] // add w0, w0, w0, lsl #1
} else {
    &[0x80, 0x00, 0x80, 0xe0] // arm: add r0, r0, r0, lsl #1
};

/// Makes text of the function that multiplies by three.
fn triple() -> Result<Text<Published>> {
    let mut text = Text::new(JitType::Bpf, CODE_MAX)?;
    let mut buf = [0; CODE_MAX];
    let mut code = Emit::new(&mut buf, text.addr());

    code.entry();
    code.put(TRIPLE);
    code.ret();
    text.write(0, code.finish()?)?;
    // What stack traces, /proc/kallsyms and perf show.
    text.set_name(fmt!("jit_template_rust_triple"))?;
    // Text that could not be published comes back with the error; here it is freed.
    text.publish().map_err(|(err, _text)| err)
}

/// The text is freed with the module.
struct Template {
    _triple: Text<Published>,
}

impl kernel::Module for Template {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        // Refuses a jitalloc that this module does not fit.
        jitalloc::require()?;

        let triple = triple()?;

        // SAFETY: What was written is the code of such a function, for any number.
        let function = unsafe { triple.function::<unsafe extern "C" fn(u32) -> u32>(0) }?;
        pr_info!("14 * 3 is {}\n", function.call(14));

        Ok(Template { _triple: triple })
    }
}
