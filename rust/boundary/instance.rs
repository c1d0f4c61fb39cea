// SPDX-License-Identifier: GPL-2.0

//! The one allocator, for the public functions to find.

use core::ptr;
use kernel::{
    prelude::*,
    sync::{Arc, ArcBorrow}, //
};

use crate::{
    allocator::Allocator,
    boundary::{c_params, param_lock::Locked},
    sys::{
        abi,
        atomic::{Acquire, AtomicPtr, Release},
        fault,
    },
};

/// Null, or the pointer of the [`Arc`] in the only [`Published`].
static INSTANCE: AtomicPtr<Allocator> = AtomicPtr::new(ptr::null_mut());

/// Null, or the table of ranges of the only [`Published`].
static PARAMS: AtomicPtr<abi::jit_alloc_params> = AtomicPtr::new(ptr::null_mut());

/// An allocator that the public functions use, and its table of ranges as C sees it.
///
/// Dropping it shuts the allocator down.
pub(crate) struct Published {
    allocator: Arc<Allocator>,
    _params: KBox<abi::jit_alloc_params>,
}

// SAFETY: The table is plain numbers, and an `Arc<Allocator>` may go anywhere.
unsafe impl Send for Published {}

// SAFETY: The table does not change, and an `Arc<Allocator>` may be shared.
unsafe impl Sync for Published {}

impl Published {
    /// Publishes `allocator`, with its limits set by the module's parameters. There is one at a time, because the module's state owns it.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    pub(super) fn new(allocator: Arc<Allocator>, _locked: &Locked) -> Result<Published> {
        fault::point!(published);
        let params = KBox::new(c_params::c_params(allocator.params()), GFP_KERNEL)?;

        PARAMS.store((&raw const *params).cast_mut(), Release);
        INSTANCE.store((&raw const *allocator).cast_mut(), Release);
        Ok(Published {
            allocator,
            _params: params,
        })
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        {
            // Whoever sets a parameter just now still has the allocator.
            let _locked = Locked::new();

            INSTANCE.store(ptr::null_mut(), Release);
        }
        PARAMS.store(ptr::null_mut(), Release);
        Allocator::shut_down(self.allocator.as_arc_borrow());
    }
}

/// Returns the published allocator, if there is one.
///
/// # Safety
///
/// The caller runs for a module that holds a reference to this one by symbol dependency, or holds
/// the lock of the parameters, and does not use the result beyond that.
pub(crate) unsafe fn get<'a>() -> Option<ArcBorrow<'a, Allocator>> {
    let instance = INSTANCE.load(Acquire);
    if instance.is_null() {
        return None;
    }

    // SAFETY: The pointer comes from an `Arc` that `Published` holds until this module is unloaded,
    // which the reference of the caller's module prevents, and after it has taken the lock of the
    // parameters to say that it is not published any more.
    Some(unsafe { ArcBorrow::from_raw(instance) })
}

/// Returns the published table of ranges, or null.
pub(crate) fn params() -> *const abi::jit_alloc_params {
    PARAMS.load(Acquire)
}
