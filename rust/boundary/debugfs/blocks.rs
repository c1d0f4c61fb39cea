// SPDX-License-Identifier: GPL-2.0

//! `blocks`: every live block, one a line, in the order of their addresses.

use kernel::{bindings, prelude::*, seq_file::SeqFile, seq_print, sync::rcu};

use crate::{
    allocator::{walk::Walk, Allocator},
    boundary::{
        debugfs::{show, shows_addresses},
        instance,
        prototypes::check_prototypes,
    },
    params::JitType,
    placement::birth::Birth,
    sys::{abi, misuse::Caller},
};

check_prototypes! {
    jit_rust_next_block,
    jit_rust_show_block,
}

/// Finds the first live block at a position, or behind it, and says which that is. Returns whether
/// there is one.
///
/// # Safety
///
/// As [`instance::get`]; both pointers are valid for writes, and `pos` for reads.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_next_block(
    pos: *mut u64,
    found: *mut abi::jit_block,
) -> bool {
    // SAFETY: By this function's own requirements.
    let Some(allocator) = (unsafe { instance::get() }) else {
        return false;
    };
    let registry = &allocator.registry;
    let before = registry.origin().wrapping_sub(1);
    // SAFETY: By this function's own requirements.
    let at = unsafe { pos.read() };
    let reading = rcu::read_lock();
    // CAST: A position is an address less the lowest one.
    let mut walk = Walk::from(before.wrapping_add(at as usize));
    let Some((pack, live)) = walk.next(registry, &reading) else {
        return false;
    };
    let block = abi::jit_block {
        address: live.addr,
        size: live.size,
        caller: Caller::from_u32(live.block.owner()).0,
        type_: live.block.ty(),
        is_text: pack.memory().is_text(),
        birth: live.birth.0,
    };

    // SAFETY: By this function's own requirements.
    unsafe { found.write(block) };
    // CAST: As above.
    // SAFETY: By this function's own requirements.
    unsafe { pos.write(live.addr.wrapping_sub(before) as u64) };
    true
}

/// Shows a block, if somebody watches as he does `now_ms` after he began.
///
/// # Safety
///
/// As [`show`]; `block` is valid for reads.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_show_block(
    m: *mut bindings::seq_file,
    block: *const abi::jit_block,
    now_ms: c_longlong,
) {
    // SAFETY: By this function's own requirements.
    let block = unsafe { block.read() };
    // SAFETY: By this function's own requirements.
    let shown = if unsafe { shows_addresses(m) } {
        block.address
    } else {
        0
    };
    let ty = JitType::from_raw(block.type_).map_or("?", JitType::name);
    let pool = if block.is_text { "text" } else { "data" };

    // SAFETY: By this function's own requirements.
    unsafe {
        show(m, |_, m| {
            seq_print!(m, "{shown:#x} {} {ty} {pool} ", block.size);
        })
    };
    // SAFETY: By this function's own requirements.
    unsafe { abi::jit_debugfs_print_caller(m, block.caller) };
    // SAFETY: By this function's own requirements.
    unsafe {
        show(m, |allocator, m| {
            name(allocator, m, block.address);
            age(m, Birth(block.birth), now_ms);
        })
    };
}

/// Prints the name of the block at `addr`, but not what the kernel has behind it.
fn name(allocator: &Allocator, m: &SeqFile, addr: usize) {
    let names = allocator.names.lock();
    let name = names.get(addr);
    let name = name.and_then(|name| name.strip_suffix(b" [jitalloc]"));
    let name = name.and_then(|name| core::str::from_utf8(name).ok());

    seq_print!(m, " {}", name.unwrap_or("-"));
}

fn age(m: &SeqFile, birth: Birth, now_ms: c_longlong) {
    let now = u64::try_from(now_ms).ok();

    match now.and_then(|now| Some(now.saturating_sub(birth.ms()?))) {
        Some(age) => seq_print!(m, " {age}\n"),
        None => seq_print!(m, " -\n"),
    }
}
