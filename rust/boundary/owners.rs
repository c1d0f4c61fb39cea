// SPDX-License-Identifier: GPL-2.0

//! Modules that come and go.
//!
//! C source: `owners.c`.

use kernel::{error::to_result, prelude::*};

use crate::{
    boundary::{instance, prototypes::check_prototypes},
    sys::{abi, module::Module},
};

check_prototypes! {
    jit_rust_owner_coming,
    jit_rust_owner_live,
    jit_rust_owner_going,
    jit_rust_owner_foreign,
}

/// Hears of modules, until this is dropped.
pub(crate) struct Owners(());

impl Owners {
    /// Begins to. There is one at a time, because the module's state owns it.
    ///
    /// # Errors
    ///
    /// Those of `register_module_notifier()`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn new() -> Result<Owners> {
        // SAFETY: May be called from process context.
        to_result(unsafe { abi::jit_helper_owners_register() })?;
        Ok(Owners(()))
    }
}

impl Drop for Owners {
    fn drop(&mut self) {
        // SAFETY: It was registered, and this is process context.
        unsafe { abi::jit_helper_owners_unregister() };
    }
}

/// A module is about to be initialised, which may be one that uses this one.
///
/// # Safety
///
/// As [`instance::get`]; `module` is a module, which stays until [`jit_rust_owner_going`] or
/// [`jit_rust_owner_foreign`] has returned that is called for it.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_owner_coming(module: *const c_void) {
    // SAFETY: This module is not unloaded before the notifier is unregistered.
    if let Some(allocator) = unsafe { instance::get() } {
        // SAFETY: By this function's own requirements.
        allocator.begin_init(unsafe { Module::new(module) });
    }
}

/// The initialisation of a module has succeeded.
///
/// # Safety
///
/// As [`instance::get`]; `module` is a module, which stays until this returns.
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_owner_live(module: *const c_void) {
    // SAFETY: This module is not unloaded before the notifier is unregistered.
    if let Some(allocator) = unsafe { instance::get() } {
        // SAFETY: By this function's own requirements.
        allocator.end_init(unsafe { Module::new(module) });
    }
}

/// A module goes away: its last function has returned.
///
/// # Safety
///
/// As [`jit_rust_owner_live`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_owner_going(module: *const c_void) {
    // SAFETY: This module is not unloaded before the notifier is unregistered.
    if let Some(allocator) = unsafe { instance::get() } {
        // SAFETY: By this function's own requirements.
        allocator.disown(unsafe { Module::new(module) });
    }
}

/// A module is there, or goes away, and does not use this one.
///
/// # Safety
///
/// As [`jit_rust_owner_live`].
#[no_mangle]
pub(crate) unsafe extern "C" fn jit_rust_owner_foreign(module: *const c_void) {
    // SAFETY: This module is not unloaded before the notifier is unregistered.
    if let Some(allocator) = unsafe { instance::get() } {
        // SAFETY: By this function's own requirements.
        allocator.forget(unsafe { Module::new(module) });
    }
}
