// SPDX-License-Identifier: GPL-2.0

//! A module that uses this one.
//!
//! C source: `boundary/owners.c`.

use kernel::prelude::*;

use crate::sys::{abi, misuse::Caller};

/// A module.
///
/// # Invariants
///
/// It is one of the kernel's modules, and stays as long as the value exists.
#[derive(Clone, Copy)]
pub(crate) struct Module(*const c_void);

impl Module {
    /// Describes a module.
    ///
    /// # Safety
    ///
    /// It is a `struct module`, and stays as long as the value, and its copies, exist.
    pub(crate) unsafe fn new(module: *const c_void) -> Module {
        // INVARIANT: By this function's safety requirements.
        Module(module)
    }

    /// Returns whether a caller is part of it.
    pub(crate) fn has(self, caller: Caller) -> bool {
        // SAFETY: By the type invariant.
        unsafe { abi::jit_helper_owns(self.0, caller.0) }
    }

    /// Returns whether a caller is part of what goes after its initialisation.
    pub(crate) fn has_in_init(self, caller: Caller) -> bool {
        // SAFETY: By the type invariant.
        unsafe { abi::jit_helper_owns_init(self.0, caller.0) }
    }

    /// Returns a caller that stands for all of its initialisation.
    pub(crate) fn initialisation(self) -> Caller {
        // SAFETY: By the type invariant.
        Caller(unsafe { abi::jit_helper_owner_base(self.0) })
    }

    /// Says in the log what it has left of a caller, or of several.
    pub(crate) fn has_left(self, caller: Option<Caller>, count: usize, bytes: usize) {
        // CAST: The constant fits any word.
        let caller = caller.map_or(abi::JIT_OTHER_CALLERS as usize, |caller| caller.0);

        // SAFETY: By the type invariant; the address is only printed.
        unsafe { abi::jit_helper_left(self.0, caller, count, bytes) };
    }

    /// Says in the log how many caches it has left.
    pub(crate) fn has_left_caches(self, count: usize) {
        // SAFETY: By the type invariant.
        unsafe { abi::jit_helper_left_caches(self.0, count) };
    }
}
