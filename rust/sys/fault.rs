// SPDX-License-Identifier: GPL-2.0

//! Points at which a build for tests makes a step fail that can fail.
//!
//! C source: `fault.c`, which says how; `fault.h` has their names. In any other build a point is
//! the step, and nothing else is here.

/// Evaluates to a step, or, if a fault is injected at the point of that name, to what the step is
/// when it fails, without doing it. With an error between the two, it fails with that. Without a
/// step, before one that takes many lines, it returns from the function instead.
#[cfg(not(jitalloc_faults))]
macro_rules! point {
    ($name:ident, $error:ident, $step:expr) => {
        $step
    };
    ($name:ident, $step:expr) => {
        $step
    };
    ($name:ident) => {};
}

#[cfg(jitalloc_faults)]
macro_rules! point {
    ($name:ident, $error:ident, $step:expr) => {
        if $crate::sys::fault::should_fail!($name) {
            Err($error)
        } else {
            $step
        }
    };
    ($name:ident, $step:expr) => {
        if $crate::sys::fault::should_fail!($name) {
            $crate::sys::fault::Fails::failed()
        } else {
            $step
        }
    };
    ($name:ident) => {
        if $crate::sys::fault::should_fail!($name) {
            return $crate::sys::fault::Fails::failed();
        }
    };
}

pub(crate) use point;

#[cfg(jitalloc_faults)]
mod injected {
    use core::ptr;
    use kernel::{alloc::AllocError, prelude::*};

    use crate::sys::abi;

    /// Whether a fault is injected at the point of that name.
    macro_rules! should_fail {
        ($name:ident) => {
            ::kernel::macros::paste! {
                $crate::sys::fault::is_injected($crate::sys::abi::[<JIT_FAULT_ $name>])
            }
        };
    }

    pub(crate) use should_fail;

    /// Returns whether a fault is injected at `point`.
    ///
    /// # Context
    ///
    /// Any.
    pub(crate) fn is_injected(point: abi::jit_fault) -> bool {
        // SAFETY: The number is that of a point.
        unsafe { abi::jit_fault_should_fail(point) }
    }

    /// What a step can be when it fails.
    pub(crate) trait Fails {
        /// Returns it.
        fn failed() -> Self;
    }

    impl<T> Fails for Result<T> {
        fn failed() -> Self {
            Err(ENOMEM)
        }
    }

    impl<T> Fails for Result<T, AllocError> {
        fn failed() -> Self {
            Err(AllocError)
        }
    }

    impl<T> Fails for Option<T> {
        fn failed() -> Self {
            None
        }
    }

    impl<T> Fails for *mut T {
        fn failed() -> Self {
            ptr::null_mut()
        }
    }

    impl Fails for c_int {
        fn failed() -> Self {
            0
        }
    }

    impl Fails for bool {
        fn failed() -> Self {
            false
        }
    }

    /// The files, until this is dropped.
    pub(crate) struct Files(());

    impl Files {
        /// Makes them. There is one at a time, because the module's state owns it.
        ///
        /// # Context
        ///
        /// Process context, may sleep.
        pub(crate) fn new() -> Files {
            // SAFETY: May be called from process context.
            unsafe { abi::jit_fault_create() };
            Files(())
        }
    }

    impl Drop for Files {
        fn drop(&mut self) {
            // SAFETY: They were made, and may be removed from process context.
            unsafe { abi::jit_fault_remove() };
        }
    }
}

#[cfg(jitalloc_faults)]
pub(crate) use injected::{is_injected, should_fail, Fails, Files};
