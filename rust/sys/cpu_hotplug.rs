// SPDX-License-Identifier: GPL-2.0

//! CPU hotplug.
//!
//! C header: [`include/linux/cpuhplock.h`](srctree/include/linux/cpuhplock.h)

use kernel::bindings;

use crate::sys::fault;

/// Returns whether CPUs are being added or removed just now, perhaps by the caller.
///
/// # Context
///
/// Process context.
pub(crate) fn is_in_progress() -> bool {
    // SAFETY: May be called from process context.
    if fault::point!(hotplug, unsafe { bindings::cpus_read_trylock() }) == 0 {
        return true;
    }
    // SAFETY: The lock was just taken.
    unsafe { bindings::cpus_read_unlock() };
    false
}
