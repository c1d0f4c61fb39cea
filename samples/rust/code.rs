// SPDX-License-Identifier: GPL-2.0

//! The code of a few functions, without their entries; the rest of it is an architecture's.

use crate::{
    jit_emit::Emit,
    jitalloc::{
        Text,
        Writing, //
    }, //
};
use kernel::prelude::*;

#[cfg_attr(CONFIG_ARM, path = "arm.rs")]
#[cfg_attr(CONFIG_ARM64, path = "arm64.rs")]
#[cfg_attr(CONFIG_X86_64, path = "x86.rs")]
mod functions;

pub(crate) use functions::{
    constant,
    count,
    sum, //
};

/// No function is longer.
pub(crate) const MAX: usize = 48;

/// Writes the function that `generate` generates to the beginning of `text`.
pub(crate) fn write(text: &mut Text<Writing>, generate: impl FnOnce(&mut Emit<'_>)) -> Result {
    let mut code = [0; MAX];
    let mut e = Emit::new(&mut code, text.addr());

    e.entry();
    generate(&mut e);
    text.write(0, e.finish()?)
}
