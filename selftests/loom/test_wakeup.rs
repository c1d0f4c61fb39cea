// SPDX-License-Identifier: GPL-2.0

//! The worker is told of everything that was freed, if not of each block.

use crate::check_both;
use crate::pack::{Pack, WINDOW};
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::sync::Arc;
use loom::thread;

/// A block of the second window; the others are in the first.
const OTHER: usize = WINDOW + 5;

/// An interrupt that has been asked for and has not come yet.
///
/// Asking for it orders nothing here, so the flag has to.
struct Interrupt(AtomicUsize);

impl Interrupt {
    fn ask(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Does what the worker does, if it was asked for.
    fn come(&self, pack: &Pack) -> usize {
        if self.0.swap(0, Ordering::Relaxed) == 0 {
            return 0;
        }
        pack.wakeup.begin();
        pack.take_dying().len()
    }
}

fn kill(pack: &Pack, interrupt: &Interrupt, grain: usize) {
    let block = pack.records.kill(grain).expect("the block is there");

    assert!(block.is_live());
    if pack.wakeup.is_needed() {
        interrupt.ask();
    }
}

fn spawn_kills(
    pack: &Arc<Pack>,
    interrupt: &Arc<Interrupt>,
    grains: &'static [usize],
) -> thread::JoinHandle<()> {
    let (pack, interrupt) = (pack.clone(), interrupt.clone());

    thread::spawn(move || {
        for grain in grains {
            kill(&pack, &interrupt, *grain);
        }
    })
}

fn pack() -> (Arc<Pack>, Arc<Interrupt>) {
    let pack = Arc::new(Pack::new(3));

    for (number, grain) in [(1, 5), (2, 20), (3, OTHER)] {
        pack.insert_live(number, grain);
    }
    (pack, Arc::new(Interrupt(AtomicUsize::new(0))))
}

#[test]
fn no_free_is_forgotten_while_the_worker_runs() {
    check_both("wakeup", || {
        let (pack, interrupt) = pack();
        let other = spawn_kills(&pack, &interrupt, &[5, 20]);
        let mut taken = interrupt.come(&pack);

        other.join().unwrap();
        taken += interrupt.come(&pack);
        assert_eq!(taken, 2);
        assert!(pack.take_dying().is_empty());
    });
}

/// Somebody has told the worker of nothing that is on the list, as who destroys a cache does.
#[test]
fn no_free_is_forgotten_while_the_worker_finds_nothing() {
    check_both("wakeup_for_nothing", || {
        let (pack, interrupt) = pack();
        assert!(pack.wakeup.is_needed());
        interrupt.ask();
        let other = spawn_kills(&pack, &interrupt, &[5]);
        let mut taken = interrupt.come(&pack);

        other.join().unwrap();
        taken += interrupt.come(&pack);
        assert_eq!(taken, 1);
    });
}

#[test]
fn no_free_of_two_threads_is_forgotten() {
    check_both("wakeup_by_two", || {
        let (pack, interrupt) = pack();
        let others = [
            spawn_kills(&pack, &interrupt, &[5]),
            spawn_kills(&pack, &interrupt, &[OTHER]),
        ];
        let mut taken = interrupt.come(&pack);

        for other in others {
            other.join().unwrap();
        }
        taken += interrupt.come(&pack);
        assert_eq!(taken, 2);
    });
}

#[test]
fn the_worker_is_told_once() {
    check_both("wakeup_once", || {
        let (pack, interrupt) = pack();
        let other = spawn_kills(&pack, &interrupt, &[5, 20]);

        kill(&pack, &interrupt, OTHER);
        other.join().unwrap();
        assert_eq!(interrupt.0.load(Ordering::Relaxed), 1);
        assert_eq!(interrupt.come(&pack), 3);
        assert!(pack.wakeup.is_needed());
    });
}
