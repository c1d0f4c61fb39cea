// SPDX-License-Identifier: GPL-2.0

//! Tests of the pure part of the allocator, on the machine that builds it.
//!
//! The files under test are those that the module is built from, not copies. Nothing here needs a
//! kernel: `rustc --test host.rs`.

// A host without the kernel's configuration selects no architecture, and uses no part of a row.
#![allow(dead_code)]

#[path = "../../rust/arch"]
mod arch {
    pub(crate) mod x86;
}
#[path = "../../rust/params.rs"]
mod params;

mod oracle;
mod rng;

mod test_arch;
mod test_params;
mod test_params_fuzz;
