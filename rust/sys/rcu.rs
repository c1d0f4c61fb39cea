// SPDX-License-Identifier: GPL-2.0

//! Evidence of an RCU read-side critical section, whatever makes it one.

use kernel::sync::rcu;

/// Evidence that no RCU grace period ends that has not begun yet.
///
/// # Safety
///
/// None does as long as the value exists.
pub(crate) unsafe trait RcuReader {}

// SAFETY: The read lock is held.
unsafe impl RcuReader for rcu::Guard {}
