// SPDX-License-Identifier: GPL-2.0

//! `owners`: what each module has, one type of text or data a line.

use kernel::{bindings, prelude::*, seq_file::SeqFile, seq_print};

use crate::{
    allocator::{by_module::Holdings, Allocator},
    boundary::{debugfs::show, prototypes::check_prototypes},
    params::JitType,
    sys::{abi, misuse::Caller, vec},
};

check_prototypes! {
    jit_rust_show_owners,
}

/// The name of a module, padded with zeroes.
type Name = [u8; abi::JIT_MODULE_NAME_SIZE as usize];

/// Shows what each module has.
///
/// # Safety
///
/// As [`show`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_show_owners(m: *mut bindings::seq_file) -> c_int {
    // SAFETY: By this function's own requirements.
    match unsafe { show(m, owners) } {
        Some(Err(err)) => err.to_errno(),
        _ => 0,
    }
}

fn owners(allocator: &Allocator, m: &SeqFile) -> Result {
    let mut modules: KVVec<(Name, Holdings)> = KVVec::new();

    allocator.by_caller(|caller, holdings| {
        let name = module_of(caller);
        let mut known = modules.iter_mut();

        match known.find(|(of, _)| *of == name) {
            Some((_, sum)) => sum.add(holdings),
            None => vec::push(&mut modules, (name, *holdings))?,
        }
        Ok(())
    })?;
    seq_print!(m, "# module type pool allocations bytes\n");
    for (name, holdings) in &modules {
        let name =
            CStr::from_bytes_until_nul(name).map_or("?", |name| name.to_str().unwrap_or("?"));

        for (pool, sums) in [("text", &holdings.text), ("data", &holdings.data)] {
            for (ty, sum) in JitType::ALL.iter().zip(sums) {
                if sum.count > 0 {
                    let ty = ty.name();

                    seq_print!(m, "{name} {ty} {pool} {} {}\n", sum.count, sum.bytes);
                }
            }
        }
    }
    Ok(())
}

fn module_of(caller: Caller) -> Name {
    let mut name = [0; abi::JIT_MODULE_NAME_SIZE as usize];

    // SAFETY: There is room for as many bytes as it may write.
    unsafe { abi::jit_debugfs_module_name(caller.0, name.as_mut_ptr().cast()) };
    name
}
