// SPDX-License-Identifier: GPL-2.0

//! Holds the functions that C calls against the prototypes of `boundary.h`.

/// Holds each function against the prototype that C has for it.
macro_rules! check_prototypes {
    ($($name:ident),* $(,)?) => {
        $(const _: () = {
            if true { $crate::sys::abi::$name } else { $name };
        };)*
    };
}

pub(super) use check_prototypes;
