// SPDX-License-Identifier: GPL-2.0

//! Tracepoints of what the allocator does with its memory, and the time that it takes.
//!
//! C source: `boundary/trace.c`

use kernel::bindings;

use crate::sys::abi;

/// When something began.
pub(crate) struct Began(i64);

impl Began {
    /// Returns the time.
    ///
    /// # Context
    ///
    /// Any but NMI.
    pub(crate) fn now() -> Began {
        // SAFETY: A function without requirements, once time is kept.
        Began(unsafe { bindings::ktime_get() })
    }

    /// Returns how many nanoseconds have passed.
    pub(crate) fn ns(&self) -> u64 {
        // CAST: This clock does not go back. (The kernel crate's difference of times can panic.)
        Began::now().0.wrapping_sub(self.0) as u64
    }
}

/// A pack of `bytes` from `start` on was added to a pool, which took `ns`.
pub(crate) fn grow(start: usize, bytes: usize, is_text: bool, ns: u64) {
    // SAFETY: A function without requirements.
    unsafe { abi::jit_trace_grow(start, bytes, is_text, ns) };
}

/// A pack of `bytes` from `start` on is given back.
pub(crate) fn shrink(start: usize, bytes: usize, is_text: bool) {
    // SAFETY: A function without requirements.
    unsafe { abi::jit_trace_shrink(start, bytes, is_text) };
}

/// `blocks` of `bytes` in all were taken back, after a grace period of `grace_ns`, in `ns`.
pub(crate) fn reclaim(blocks: usize, bytes: usize, grace_ns: u64, ns: u64) {
    // SAFETY: A function without requirements.
    unsafe { abi::jit_trace_reclaim(blocks, bytes, grace_ns, ns) };
}
