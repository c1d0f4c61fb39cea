// SPDX-License-Identifier: GPL-2.0

//! Functions in text, and what types they can have.

use core::{
    marker::PhantomData,
    mem::transmute, //
};

use kernel::{prelude::*, types::NotThreadSafe};

use super::{Published, Text};

/// A function in published text, as long as the text is borrowed.
///
/// Neither [`Send`] nor [`Sync`]: what was promised of the function was promised where it was made.
///
/// # Invariants
///
/// `pointer` is that of a function as [`Text::function`] asks for, while `'a` lasts.
pub(crate) struct Function<'a, F> {
    pub(super) pointer: F,
    pub(super) text: PhantomData<&'a Text<Published>>,
    pub(super) thread: NotThreadSafe,
}

impl<F: Signature> Function<'_, F> {
    /// Returns the function as a pointer, for C code to call.
    ///
    /// It is not tied to the text any more: calling it is unsafe, for it must not be entered after
    /// the text was dropped or reopened, and may sleep at that time only as the destructor of
    /// [`Text`] says.
    pub(crate) fn pointer(&self) -> F {
        self.pointer
    }
}

mod sealed {
    pub(crate) trait Sealed {}
}

/// Types that are passed in a register, and returned in one.
pub(crate) trait Scalar: sealed::Sealed {}

/// Types that a function can return: a [`Scalar`] or nothing.
pub(crate) trait Return: sealed::Sealed {}

impl sealed::Sealed for () {}
impl Return for () {}

macro_rules! impl_scalar {
    ($({$($generics:tt)*} $type:ty),* $(,)?) => {
        $(
            impl<$($generics)*> sealed::Sealed for $type {}
            impl<$($generics)*> Scalar for $type {}
            impl<$($generics)*> Return for $type {}
        )*
    };
}

impl_scalar! {
    {} bool,
    {} u8, {} u16, {} u32, {} u64, {} usize,
    {} i8, {} i16, {} i32, {} i64, {} isize,
    {T} *const T,
    {T} *mut T,
}

/// Types of functions that generated code can have: `unsafe extern "C" fn`, with up to six
/// arguments that are [`Scalar`]s.
pub(crate) trait Signature: Copy + sealed::Sealed {
    /// Makes a function pointer of an address.
    ///
    /// # Safety
    ///
    /// A function of this type is at `address`.
    unsafe fn from_address(address: *const c_void) -> Self;
}

macro_rules! impl_signature {
    ($($arg:ident: $type:ident),*) => {
        impl<R: Return, $($type: Scalar),*> sealed::Sealed
            for unsafe extern "C" fn($($type),*) -> R
        {
        }

        impl<R: Return, $($type: Scalar),*> Signature for unsafe extern "C" fn($($type),*) -> R {
            unsafe fn from_address(address: *const c_void) -> Self {
                // SAFETY: The caller promises that it is such a function, so it is not null either.
                unsafe { transmute(address) }
            }
        }

        impl<R: Return, $($type: Scalar),*> Function<'_, unsafe extern "C" fn($($type),*) -> R> {
            /// Calls the function.
            #[allow(clippy::too_many_arguments, reason = "as many as there are registers")]
            pub(crate) fn call(&self $(, $arg: $type)*) -> R {
                // SAFETY: By the type invariants.
                unsafe { (self.pointer)($($arg),*) }
            }
        }
    };
}

impl_signature!();
impl_signature!(a: A);
impl_signature!(a: A, b: B);
impl_signature!(a: A, b: B, c: C);
impl_signature!(a: A, b: B, c: C, d: D);
impl_signature!(a: A, b: B, c: C, d: D, e: E);
impl_signature!(a: A, b: B, c: C, d: D, e: E, f: F);
