// SPDX-License-Identifier: GPL-2.0

//! The lock that is only ever tried.

use crate::sys::try_lock::{TryGuard, TryLock};
use std::cell::Cell;
use std::marker::PhantomData;
use std::thread;

const THREADS: usize = 4;
const TRIES: usize = 200_000;

#[test]
fn one_at_a_time_has_the_lock() {
    let lock = TryLock::new(1);
    let guard = lock.try_lock().expect("nobody has it");

    // Whoever fails leaves the lock as it is.
    for _ in 0..3 {
        assert!(lock.try_lock().is_none());
    }
    assert_eq!(*guard, 1);
    drop(guard);
    assert!(lock.try_lock().is_some());
}

#[test]
fn what_one_has_written_the_next_reads() {
    let lock = TryLock::new(vec![1]);

    for number in 2..5 {
        lock.try_lock().unwrap().push(number);
        assert_eq!(lock.try_lock().unwrap().len(), number);
    }
    *lock.try_lock().unwrap() = Vec::new();
    assert!(lock.try_lock().unwrap().is_empty());
}

#[test]
fn each_lock_is_for_itself() {
    let (one, other) = (TryLock::new(()), TryLock::new(()));
    let _guard = one.try_lock().unwrap();

    assert!(other.try_lock().is_some());
    assert!(one.try_lock().is_none());
}

/// Two numbers that are not atomic are always the same, and lose no step.
#[test]
fn threads_do_not_disturb_each_other() {
    let lock = TryLock::new((0_usize, 0_usize));
    let steps = || {
        let mut won = 0;

        for _ in 0..TRIES {
            if let Some(mut pair) = lock.try_lock() {
                pair.0 += 1;
                assert_eq!(pair.0, pair.1 + 1);
                pair.1 += 1;
                won += 1;
            }
        }
        won
    };
    let won: usize = thread::scope(|scope| {
        let threads = [(); THREADS].map(|()| scope.spawn(steps));

        threads.into_iter().map(|one| one.join().unwrap()).sum()
    });

    println!("# figure: try_lock_won={won}");
    assert!(won >= TRIES / 10);
    assert_eq!(*lock.try_lock().unwrap(), (won, won));
}

/// Asks the compiler what threads may do with a type: what this has for some types hides what the
/// trait has for all.
struct Ask<T>(PhantomData<T>);

trait Never {
    const IS_SEND: bool = false;
    const IS_SYNC: bool = false;
}

impl<T> Never for Ask<T> {}

impl<T: Send> Ask<T> {
    const IS_SEND: bool = true;
}

impl<T: Sync> Ask<T> {
    const IS_SYNC: bool = true;
}

/// A lock lets threads share what may pass from one to another. A guard is as good as a reference to
/// the value: threads share it only if they may share that.
#[test]
fn threads_share_what_they_may() {
    type Pass = Cell<u32>;
    type Stay = std::rc::Rc<u32>;

    assert!(Ask::<TryLock<u32>>::IS_SYNC && Ask::<TryLock<Pass>>::IS_SYNC);
    assert!(!Ask::<TryLock<Stay>>::IS_SYNC);
    assert!(Ask::<TryGuard<'_, Pass>>::IS_SEND);
    assert!(!Ask::<TryGuard<'_, Stay>>::IS_SEND);
    assert!(Ask::<TryGuard<'_, u32>>::IS_SYNC);
    assert!(!Ask::<TryGuard<'_, Stay>>::IS_SYNC);
    assert!(!Ask::<TryGuard<'_, Pass>>::IS_SYNC);
}
