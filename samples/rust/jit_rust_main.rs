// SPDX-License-Identifier: GPL-2.0

//! Generated code in a Rust module.
//!
//! Loading it generates a few functions, calls them, and says in the log what they returned:
//!
//! ```text
//! jit_rust: constants: [0, 2a, deadbeef, ffffffff]
//! jit_rust: sum of 40 and 2: 42
//! jit_rust: counted to 3, reading back 3
//! jit_rust: refused: text without code, a function without a landing pad
//! ```

#![crate_name = "jit_rust"]

mod abi;
mod code;
#[path = "../../include/rust/jit_emit.rs"]
mod jit_emit;
#[path = "../../include/rust/jitalloc.rs"]
mod jitalloc;

use jit_emit::Emit;
use jitalloc::{
    Data,
    JitType,
    Published,
    Text,
    Writing, //
};
use kernel::prelude::*;

module! {
    type: JitRust,
    name: "jit_rust",
    authors: ["The jitalloc authors"],
    description: "Generated code in a Rust module",
    license: "GPL",
}

type Constant = unsafe extern "C" fn() -> u32;
type Sum = unsafe extern "C" fn(u64, u64) -> u64;

/// Makes text of the function that `generate` generates.
fn text_of(generate: impl FnOnce(&mut Emit<'_>)) -> Result<Text<Published>> {
    let mut text = Text::new(JitType::Bpf, code::MAX)?;

    code::write(&mut text, generate)?;
    // What could not be published comes back with the error; here it has no other use and is freed.
    text.publish().map_err(|(err, _text)| err)
}

/// Generates functions that return `values`, one after the other in the same text, and calls them.
fn constants(values: &mut [u32]) -> Result {
    let mut text = Text::new(JitType::Bpf, code::MAX)?;

    for value in values {
        code::write(&mut text, |e| code::constant(e, *value))?;
        let published = text.publish().map_err(|(err, _text)| err)?;

        // SAFETY: `code::constant` generates just that, which reads nothing and returns properly.
        let function = unsafe { published.function::<Constant>(0) }?;
        *value = function.call();

        text = published.reopen().map_err(|(err, _text)| err)?;
    }
    Ok(())
}

fn sum(text: &Text<Published>, a: u64, b: u64) -> Result<u64> {
    // SAFETY: The text was made of `code::sum`, which is such a function for any two numbers.
    let function = unsafe { text.function::<Sum>(0) }?;
    Ok(function.call(a, b))
}

/// Counts to `limit` in data that the code reaches by its distance.
fn count(limit: u32) -> Result<(u32, u32)> {
    let data = Data::new(JitType::Bpf, size_of::<u32>())?;
    let text = text_of(|e| code::count(e, data.addr()))?;

    // SAFETY: `code::count` generates just that. The data lives longer than the text, is big enough
    // for the counter, and is read only when nobody counts.
    let next = unsafe { text.function::<Constant>(0) }?;
    let mut counted = 0;
    while counted < limit {
        counted = next.call() + 1;
    }

    let mut bytes = [0; size_of::<u32>()];
    data.read(0, &mut bytes)?;
    Ok((counted, u32::from_ne_bytes(bytes)))
}

/// Text without code cannot be published, and the middle of a function is not a function.
fn refused() -> Result {
    let text = Text::<Writing>::new(JitType::Bpf, code::MAX)?;
    let Err((ENOEXEC, mut text)) = text.publish() else {
        return Err(EINVAL);
    };

    // The text came back and is as good as before.
    code::write(&mut text, |e| code::constant(e, 1))?;
    let text = text.publish().map_err(|(err, _text)| err)?;

    // SAFETY: This is not a function, but it will not be called either.
    match unsafe { text.function::<Constant>(1) } {
        Err(ENOEXEC) => Ok(()),
        _ => Err(EINVAL),
    }
}

/// The module keeps one text as long as it is loaded.
struct JitRust {
    sum: Text<Published>,
}

impl kernel::Module for JitRust {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let mut values = [0, 42, 0xdead_beef, u32::MAX];
        constants(&mut values)?;
        pr_info!("constants: {values:x?}\n");

        let adder = text_of(code::sum)?;
        // What stack traces and /proc/kallsyms show.
        adder.set_name(fmt!("jit_rust_sum"))?;
        pr_info!("sum of 40 and 2: {}\n", sum(&adder, 40, 2)?);

        let (counted, read_back) = count(3)?;
        pr_info!("counted to {counted}, reading back {read_back}\n");

        refused()?;
        pr_info!("refused: text without code, a function without a landing pad\n");

        Ok(JitRust { sum: adder })
    }
}

impl Drop for JitRust {
    fn drop(&mut self) {
        match sum(&self.sum, u64::MAX, 3) {
            Ok(sum) => pr_info!("sum of -1 and 3: {}\n", sum),
            Err(err) => pr_err!("the last call failed: {:?}\n", err),
        }
    }
}
