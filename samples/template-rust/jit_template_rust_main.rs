// SPDX-License-Identifier: GPL-2.0

//! A module of your own: generates a function when it is loaded, and calls it.
//!
//! ```text
//! # insmod jit_template_rust.ko
//! jit_template_rust: 14 * 3 is 42
//! ```

#![crate_name = "jit_template_rust"]

// Its Makefile makes a link `jitalloc` to where jitalloc's files for Rust are.
#[path = "jitalloc/jitalloc.rs"]
mod jitalloc;

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

extern "C" {
    /// In `code.c`.
    fn template_emit_triple(buf: *mut u8, size: usize, addr: *const c_void) -> c_long;
}

/// Makes text of the function that multiplies by three.
fn triple() -> Result<Text<Published>> {
    let mut text = Text::new(JitType::Bpf, CODE_MAX)?;
    let mut code = [0; CODE_MAX];

    // SAFETY: `code` has room for as many bytes as its length says.
    let len = unsafe {
        template_emit_triple(
            code.as_mut_ptr(),
            code.len(),
            core::ptr::without_provenance(text.addr()),
        )
    };
    // CAST: An error is a small number.
    let len = usize::try_from(len).map_err(|_| Error::from_errno(len as c_int))?;

    text.write(0, code.get(..len).ok_or(EINVAL)?)?;
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
