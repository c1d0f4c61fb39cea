// SPDX-License-Identifier: GPL-2.0

//! Reports of callers' mistakes: one warning that names who made it.

use kernel::prelude::*;

use crate::sys::abi;

/// Return address of a call to a public function.
#[derive(Clone, Copy)]
pub(crate) struct Caller(pub(crate) usize);

impl Caller {
    /// Kernel and modules are within 2 GiB of this.
    fn near() -> usize {
        NEAR.as_ptr().addr()
    }

    /// Returns the address in half the space.
    #[inline]
    pub(crate) fn to_u32(self) -> u32 {
        // CAST: Only the lower half differs from `near()`.
        self.0.wrapping_sub(Caller::near()) as u32
    }

    /// Returns the caller that [`Caller::to_u32`] was called for.
    pub(crate) fn from_u32(distance: u32) -> Caller {
        // CAST: The sign is extended.
        Caller(Caller::near().wrapping_add(distance as i32 as usize))
    }

    /// Warns that the caller waits for the end of CPU hotplug, which perhaps cannot end before it
    /// returns.
    ///
    /// # Context
    ///
    /// Process context.
    #[cold]
    pub(crate) fn warn_hotplug(self) {
        // SAFETY: The address is only printed.
        unsafe { abi::jit_helper_warn_hotplug(self.0) };
    }

    /// Says that the caller's module has `has` bytes of `limit` that it may have, and gets no `size`
    /// bytes more. Not each time, if that is often.
    ///
    /// # Context
    ///
    /// Process context.
    #[cold]
    pub(crate) fn warn_owner_limit(self, size: usize, has: usize, limit: usize) {
        // SAFETY: The address is only printed.
        unsafe { abi::jit_helper_warn_owner_limit(self.0, size, has, limit) };
    }
}

static NEAR: [u8; 1] = [0];

/// A caller's mistake.
#[derive(Clone, Copy)]
pub(crate) enum Misuse {
    /// The caller may not sleep, and the function does.
    Atomic,
    /// The caller is a non-maskable interrupt, and the function cannot be.
    Nmi,
    /// There is no such type, or it is data where text is asked for.
    BadType,
    /// There is no such cache.
    DestroyForeign,
    /// Nothing was allocated at the pointer that is freed.
    FreeForeign,
    /// The pointer that is freed is inside an allocation, not at its start.
    FreeInterior,
    /// The allocation has been freed before.
    FreeTwice,
}

impl Misuse {
    fn message(self) -> &'static CStr {
        match self {
            Misuse::Atomic => c"called from a context that may not sleep",
            Misuse::Nmi => c"called from a non-maskable interrupt",
            Misuse::BadType => c"bad type",
            Misuse::DestroyForeign => c"destruction of a cache that does not exist",
            Misuse::FreeForeign => c"free of a pointer that was not allocated",
            Misuse::FreeInterior => c"free of a pointer into an allocation",
            Misuse::FreeTwice => c"double free",
        }
    }

    /// Warns about `caller`'s mistake with `ptr`, which `owner` allocated.
    ///
    /// # Context
    ///
    /// Any but NMI.
    pub(crate) fn report(self, ptr: *const c_void, caller: Caller, owner: Option<Caller>) {
        let owner = owner.map_or(0, |owner| owner.0);

        // SAFETY: The message is a C string; the other arguments are only printed.
        unsafe { abi::jit_helper_warn(self.message().as_char_ptr(), ptr, caller.0, owner) };
    }
}
