// SPDX-License-Identifier: GPL-2.0

//! The lock that is only ever tried.
//!
//! What it protects is a cell of the model checker's, which sees two that have it at once, and one
//! who has it before what the last one did is visible. In the end the cell is looked at without the
//! lock: the checker lets a swap read what another one wrote that had failed, before the lock was
//! given back.

use crate::check;
use crate::sys::try_lock::TryLock;
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

type Count = Arc<UnsafeCell<usize>>;
type Lock = Arc<TryLock<Count>>;

/// Tries the lock, and counts if it gets it. Returns whether it did.
fn count(lock: &Lock) -> bool {
    let Some(guard) = lock.try_lock() else {
        return false;
    };

    guard.with_mut(|count| {
        // SAFETY: The checker has seen that nobody else has the cell.
        unsafe { *count += 1 }
    });
    true
}

/// Returns what a count has come to when all threads have ended.
fn counted(count: &Count) -> usize {
    count.with(|count| {
        // SAFETY: The checker has seen that nobody writes to the cell.
        unsafe { *count }
    })
}

/// Tries some times, and returns how often it got the lock.
fn try_often(lock: &Lock, tries: usize) -> usize {
    (0..tries).filter(|_| count(lock)).count()
}

fn spawn(lock: &Lock, tries: usize) -> thread::JoinHandle<usize> {
    let lock = lock.clone();

    thread::spawn(move || try_often(&lock, tries))
}

fn lock() -> (Lock, Count) {
    let count = Arc::new(UnsafeCell::new(0));

    (Arc::new(TryLock::new(count.clone())), count)
}

#[test]
fn two_do_not_have_it_at_once() {
    check("try_lock", || {
        let (lock, count) = lock();
        let other = spawn(&lock, 2);
        let won = try_often(&lock, 2) + other.join().unwrap();

        // Whoever comes first gets it.
        assert!((1..=4).contains(&won));
        assert_eq!(counted(&count), won);
    });
}

#[test]
fn three_do_not_have_it_at_once() {
    check("try_lock_by_three", || {
        let (lock, count) = lock();
        let others = [spawn(&lock, 1), spawn(&lock, 1)];
        let mut won = try_often(&lock, 2);

        won += others
            .map(|other| other.join().unwrap())
            .iter()
            .sum::<usize>();
        assert_eq!(counted(&count), won);
    });
}

/// Whoever fails leaves the lock to the one who has it.
#[test]
fn who_has_it_keeps_it() {
    check("try_lock_held", || {
        let (lock, count) = lock();
        let guard = lock.try_lock().expect("nobody has it");
        let other = spawn(&lock, 2);

        guard.with_mut(|count| {
            // SAFETY: The checker has seen that nobody else has the cell.
            unsafe { *count += 10 }
        });
        drop(guard);
        let won = other.join().unwrap();
        assert_eq!(counted(&count), 10 + won);
    });
}
