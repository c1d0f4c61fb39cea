// SPDX-License-Identifier: GPL-2.0

//! Facts of the architectures: one file each, selected once.
//!
//! A row gives `params()`, the table of ranges, and `TRAP`, the byte that fills text which must not
//! be executed. Every row is compiled and tested on every host.
//!
//! Pure: imports `core` only, so that the host can test it.

pub(crate) mod x86;

#[cfg(CONFIG_X86_64)]
pub(crate) use x86::{
    params::{params, TRAP},
    writer,
};

#[cfg(all(CONFIG_64BIT, not(CONFIG_X86_64)))]
compile_error!("jitalloc has no row for this architecture");
