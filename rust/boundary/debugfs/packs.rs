// SPDX-License-Identifier: GPL-2.0

//! `packs`: every pack, one a line, and how what is in it lies.

use kernel::{bindings, prelude::*, seq_file::SeqFile, seq_print};

use crate::{
    allocator::{inspect::Contents, Allocator},
    boundary::{
        debugfs::{show, shows_addresses},
        instance,
        prototypes::check_prototypes,
    },
    params::JitType,
    placement::policy::GRAIN,
    sys::abi,
};

check_prototypes! {
    jit_rust_next_pack,
    jit_rust_show_pack,
}

/// Finds the first pack that begins at a position, or behind it, and says which that is. Returns
/// whether there is one.
///
/// # Safety
///
/// As [`instance::get`]; both pointers are valid for writes, and `pos` for reads.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_next_pack(pos: *mut u64, start: *mut c_ulong) -> bool {
    // SAFETY: By this function's own requirements.
    let Some(allocator) = (unsafe { instance::get() }) else {
        return false;
    };
    let before = allocator.registry.origin().wrapping_sub(1);
    // SAFETY: By this function's own requirements.
    // CAST: A position is an address less the lowest one.
    let at = before.wrapping_add(unsafe { pos.read() } as usize);
    let mut found = allocator.pack_from(at);

    // One that has begun before that has been shown.
    if let Some((start, len)) = found.filter(|(start, _)| *start < at) {
        found = allocator.pack_from(start.wrapping_add(len));
    }
    let Some((addr, _)) = found else {
        return false;
    };

    // SAFETY: By this function's own requirements.
    unsafe { start.write(addr) };
    // CAST: As above.
    // SAFETY: By this function's own requirements.
    unsafe { pos.write(addr.wrapping_sub(before) as u64) };
    true
}

/// Shows the pack at an address.
///
/// # Safety
///
/// As [`show`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_show_pack(
    m: *mut bindings::seq_file,
    start: c_ulong,
) -> c_int {
    let contents = |allocator: &Allocator, _: &SeqFile| allocator.contents(start);
    // SAFETY: By this function's own requirements.
    let contents = match unsafe { show(m, contents) } {
        Some(Ok(contents)) => contents,
        Some(Err(err)) => return err.to_errno(),
        None => return ENOENT.to_errno(),
    };
    // SAFETY: By this function's own requirements.
    let shown = if unsafe { shows_addresses(m) } {
        start
    } else {
        0
    };

    // SAFETY: By this function's own requirements.
    unsafe { show(m, |_, m| head(m, &contents, shown)) };
    if let Some(owner) = contents.users.owner {
        // SAFETY: By this function's own requirements.
        unsafe { abi::jit_debugfs_print_caller(m, owner.0) };
    }
    // SAFETY: By this function's own requirements.
    unsafe { show(m, |_, m| tail(m, &contents)) };
    0
}

/// Prints what a pack is, up to whose it is.
fn head(m: &SeqFile, contents: &Contents, shown: usize) {
    let Contents {
        pack, kind, users, ..
    } = contents;
    let pool = if pack.memory().is_text() {
        "text"
    } else {
        "data"
    };
    let mut comma = "";

    seq_print!(m, "{shown:#x} {} {} {pool} ", pack.len(), kind.name());
    for (ty, has) in JitType::ALL.iter().zip(users.types) {
        if has {
            seq_print!(m, "{comma}{}", ty.name());
            comma = ",";
        }
    }
    seq_print!(m, " ");
    if users.owner.is_none() {
        seq_print!(m, "- -");
    }
}

/// Prints what is in it.
fn tail(m: &SeqFile, contents: &Contents) {
    let Contents { live, runs, .. } = contents;

    seq_print!(
        m,
        " {} {} {} {} {} {} {} {} {}\n",
        live.count,
        live.bytes,
        contents.live_bytes,
        contents.kept_bytes,
        runs.grains.wrapping_mul(GRAIN),
        runs.nr,
        runs.longest.wrapping_mul(GRAIN),
        contents.live_cells.digits().as_str(),
        contents.free_cells.digits().as_str(),
    );
}
