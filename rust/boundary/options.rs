// SPDX-License-Identifier: GPL-2.0

//! Module parameters: read, checked, changed, and shown as they are in effect.
//!
//! C source: `options.c`.

use kernel::{prelude::*, sizes::SZ_2M, sync::Arc};

use crate::{
    allocator::Allocator,
    boundary::{
        instance::{self, Published},
        param_lock::Locked,
        prototypes::check_prototypes,
    },
    sys::{
        abi,
        atomic::{AtomicUsize, Relaxed},
        kfn::Kfn,
        pred_flush::PredFlush,
    },
};

check_prototypes! {
    jit_rust_set_option,
    jit_rust_option,
}

/// What was asked for, by number. Only holders of the lock use it.
static OPTIONS: [AtomicUsize; abi::JIT_OPTION_MAX as usize] = [
    AtomicUsize::new(0),
    AtomicUsize::new(SZ_2M),
    AtomicUsize::new(0),
];

/// Publishes `allocator`, with the parameters in effect.
///
/// # Errors
///
/// Those of [`Published::new`].
///
/// # Context
///
/// Process context, may sleep.
pub(crate) fn publish(allocator: Arc<Allocator>) -> Result<Published> {
    // A parameter that is set meanwhile is seen here, or finds the allocator.
    let locked = Locked::new();

    for (option, value) in (0..).zip(&OPTIONS) {
        apply(&allocator, option, value.load(Relaxed));
    }
    Published::new(allocator, &locked)
}

/// Puts the value of a parameter into effect.
fn apply(allocator: &Allocator, option: abi::jit_option, value: usize) {
    match option {
        abi::JIT_OPTION_LIMIT => allocator.set_limit(match value {
            0 => allocator.default_limit(total_memory()),
            limit => limit,
        }),
        abi::JIT_OPTION_RESERVE => allocator.set_reserve(value),
        abi::JIT_OPTION_OWNER_LIMIT => allocator.set_owner_limit(value),
        _ => (),
    }
}

/// Returns whether it was asked for that nobody is to guess where blocks are.
pub(crate) fn is_hardened() -> bool {
    // SAFETY: A function without requirements.
    unsafe { abi::jit_helper_is_hardened() }
}

/// Returns what has branch predictors forget, if that was asked for and there is something; a line
/// in the log says so if there is not.
pub(crate) fn pred_flush(kfn: Kfn) -> Option<PredFlush> {
    // SAFETY: A function without requirements.
    if !unsafe { abi::jit_helper_wants_pred_flush() } {
        return None;
    }
    let flush = PredFlush::new(kfn);

    if flush.is_none() {
        pr_notice!("pred_flush: kernel or processor has no barrier for branch predictors\n");
    }
    flush
}

/// Returns the name of a parameter that is a limit of memory.
fn limit_name(option: abi::jit_option) -> Option<&'static str> {
    match option {
        abi::JIT_OPTION_LIMIT => Some("limit"),
        abi::JIT_OPTION_OWNER_LIMIT => Some("owner_limit"),
        _ => None,
    }
}

/// Bytes of memory that the machine has.
fn total_memory() -> usize {
    // SAFETY: A function without requirements.
    unsafe { abi::jit_helper_totalram() }
}

/// Sets a parameter, at load or later.
///
/// # Errors
///
/// `EINVAL` if it is a limit of more than the machine's memory; one line in the log says so.
///
/// # Safety
///
/// The caller holds the lock of the parameters.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_set_option(
    option: abi::jit_option,
    value: c_ulong,
) -> c_int {
    let memory = total_memory();
    let Some(place) = OPTIONS.get(option as usize) else {
        return EINVAL.to_errno();
    };

    if let Some(name) = limit_name(option).filter(|_| value > memory) {
        pr_err!("{name}={value}: the machine has {memory} bytes of memory\n");
        return EINVAL.to_errno();
    }
    let before = place.swap(value, Relaxed);
    // SAFETY: The allocator stays published while the lock is held.
    if let Some(allocator) = unsafe { instance::get() } {
        apply(&allocator, option, value);
        if option == abi::JIT_OPTION_OWNER_LIMIT && before == 0 && value != 0 {
            allocator.count_live();
        }
    }
    0
}

/// Returns a parameter, as it is in effect.
///
/// # Safety
///
/// The caller holds the lock of the parameters.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_option(option: abi::jit_option) -> c_ulong {
    // SAFETY: The allocator stays published while the lock is held.
    match (option, unsafe { instance::get() }) {
        (abi::JIT_OPTION_LIMIT, Some(allocator)) => allocator.budget().limit(),
        _ => OPTIONS
            .get(option as usize)
            .map_or(0, |value| value.load(Relaxed)),
    }
}
