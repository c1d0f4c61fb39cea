// SPDX-License-Identifier: GPL-2.0

//! The one allocator, for the public functions to find.

use core::ptr;
use kernel::sync::{Arc, ArcBorrow};

use crate::{
    allocator::Allocator,
    sys::atomic::{Acquire, AtomicPtr, Release},
};

/// Null, or the pointer of the [`Arc`] in the only [`Published`].
static INSTANCE: AtomicPtr<Allocator> = AtomicPtr::new(ptr::null_mut());

/// An allocator that the public functions use.
///
/// Dropping it shuts the allocator down.
pub(crate) struct Published(Arc<Allocator>);

impl Published {
    /// Publishes `allocator`. There is one at a time, because the module's state owns it.
    pub(crate) fn new(allocator: Arc<Allocator>) -> Published {
        INSTANCE.store((&raw const *allocator).cast_mut(), Release);
        Published(allocator)
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        INSTANCE.store(ptr::null_mut(), Release);
        Allocator::shut_down(self.0.as_arc_borrow());
    }
}

/// Returns the published allocator, if there is one.
///
/// # Safety
///
/// The caller runs for a module that holds a reference to this one by symbol dependency, and does
/// not use the result beyond that.
pub(crate) unsafe fn get<'a>() -> Option<ArcBorrow<'a, Allocator>> {
    let instance = INSTANCE.load(Acquire);
    if instance.is_null() {
        return None;
    }

    // SAFETY: The pointer comes from an `Arc` that `Published` holds until this module is unloaded,
    // which the reference of the caller's module prevents.
    Some(unsafe { ArcBorrow::from_raw(instance) })
}
