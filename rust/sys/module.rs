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
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Module(*const c_void);

// SAFETY: What is behind the pointer is only looked at by functions that may be called by any task.
unsafe impl Send for Module {}

/// Callers with addresses in a row.
pub(crate) struct Span {
    /// The first.
    pub(crate) first: Caller,
    /// How many.
    pub(crate) len: u32,
}

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

    /// Returns where its text is.
    pub(crate) fn text(self) -> Span {
        self.span(false)
    }

    /// Returns where the text is that goes after its initialisation.
    pub(crate) fn init_text(self) -> Span {
        self.span(true)
    }

    fn span(self, is_init: bool) -> Span {
        // SAFETY: By the type invariant.
        let abi::jit_span { start, len } = unsafe { abi::jit_helper_owner_text(self.0, is_init) };

        Span {
            first: Caller(start),
            len,
        }
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
