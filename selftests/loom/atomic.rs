// SPDX-License-Identifier: GPL-2.0

//! The model checker's atomics in place of `rust/sys/atomic.rs`, with no interleaving left out.
//!
//! The checker tries another order of two operations only if they are of the same atomic, one of
//! them writes, and no third came between them. So a thread that reads an atomic before it writes to
//! it hides that another has read it before. Here every operation begins with a write to one atomic
//! that all have in common. That orders nothing but the threads' turns: it is relaxed, and nobody
//! looks at it.
//!
//! The checker has its own idea of sequential consistency, under which too much is in order. What it
//! knows well are fences, so such an operation is one that acquires and releases, with a fence before
//! it, or one behind it. Either is right, and more than C11 asks for: what is not sequentially
//! consistent is in order with what is behind the fence, or before it. So both have to be tried.

use loom::sync::atomic::{fence, AtomicUsize, Ordering};
use std::cell::Cell;
use Ordering::AcqRel;
pub(crate) use Ordering::{Acquire, Relaxed, Release, SeqCst};

loom::lazy_static! {
    static ref TURN: AtomicUsize = AtomicUsize::new(0);
}

thread_local! {
    static IS_BEHIND: Cell<bool> = const { Cell::new(false) };
}

/// Has the fence of a sequentially consistent operation behind it, or before it.
pub(crate) fn set_fences_behind(is_behind: bool) {
    IS_BEHIND.set(is_behind);
}

fn turn() {
    TURN.fetch_add(1, Relaxed);
}

/// Does an operation of that order.
fn operate<T>(order: Ordering, operation: impl FnOnce() -> T) -> T {
    let is_behind = IS_BEHIND.get();

    if order == SeqCst && !is_behind {
        turn();
        fence(SeqCst);
    }
    turn();
    let result = operation();
    if order == SeqCst && is_behind {
        turn();
        fence(SeqCst);
    }
    result
}

/// Returns what the checker is told in place of an order.
fn told(order: Ordering, instead: Ordering) -> Ordering {
    if order == SeqCst {
        instead
    } else {
        order
    }
}

macro_rules! atomic {
    ($name:ident, $type:ty) => {
        pub(crate) struct $name(loom::sync::atomic::$name);

        impl $name {
            pub(crate) fn new(value: $type) -> $name {
                $name(loom::sync::atomic::$name::new(value))
            }

            pub(crate) fn load(&self, order: Ordering) -> $type {
                operate(order, || self.0.load(told(order, Acquire)))
            }

            pub(crate) fn store(&self, value: $type, order: Ordering) {
                operate(order, || self.0.store(value, told(order, Release)))
            }

            pub(crate) fn swap(&self, value: $type, order: Ordering) -> $type {
                operate(order, || self.0.swap(value, told(order, AcqRel)))
            }

            pub(crate) fn fetch_add(&self, value: $type, order: Ordering) -> $type {
                operate(order, || self.0.fetch_add(value, told(order, AcqRel)))
            }

            pub(crate) fn compare_exchange(
                &self,
                old: $type,
                new: $type,
                order: Ordering,
                failed: Ordering,
            ) -> Result<$type, $type> {
                operate(order, || {
                    let (order, failed) = (told(order, AcqRel), told(failed, Acquire));

                    self.0.compare_exchange(old, new, order, failed)
                })
            }
        }
    };
}

atomic!(AtomicU16, u16);
atomic!(AtomicU32, u32);
atomic!(AtomicU64, u64);
