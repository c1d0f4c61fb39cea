// SPDX-License-Identifier: GPL-2.0

//! Records that are used again, with and without the grace period that readers rely on.

use crate::check;
use crate::pack::{Pack, WINDOW};
use crate::placement::free_records::FreeRecords;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::sync::Arc;
use loom::thread;

/// Two blocks of a window, the second of which is in front, and one of another window.
const BLOCK: usize = 10;
const FRONT: usize = 20;
const OTHER: usize = WINDOW + 5;

/// A block behind another one in the list of its window.
fn two_blocks() -> (Arc<Pack>, FreeRecords) {
    let pack = Arc::new(Pack::new(3));
    let mut free_records = FreeRecords::new();

    for grain in [BLOCK, FRONT] {
        let index = free_records.take(pack.records.table()).unwrap();
        pack.records.insert(index, grain, 8);
    }
    (pack, free_records)
}

/// Removes the block in front, and uses its record for one of the other window.
fn reuse(pack: &Pack, free_records: &mut FreeRecords, grace_period: impl FnOnce()) {
    let table = pack.records.table();
    let index = pack.remove(FRONT);

    free_records.retire(table, index);
    free_records.begin_grace();
    grace_period();
    free_records.end_grace(table);
    assert_eq!(free_records.take(table), Some(index));
    pack.records.insert(index, OTHER, 8);
}

#[test]
fn a_reader_delays_the_reuse_of_a_record() {
    check("grace", || {
        let (pack, mut free_records) = two_blocks();
        let is_reading = Arc::new(AtomicBool::new(true));
        let reader = {
            let (pack, is_reading) = (pack.clone(), is_reading.clone());

            thread::spawn(move || {
                assert_eq!(pack.records.find(BLOCK).unwrap().0, pack.index(1));
                is_reading.store(false, Ordering::Release);
            })
        };

        reuse(&pack, &mut free_records, || {
            while is_reading.load(Ordering::Acquire) {
                thread::yield_now();
            }
        });
        reader.join().unwrap();
        assert_eq!(pack.records.find(OTHER).unwrap().0, pack.index(2));
    });
}

/// Who has come to a record before it was unlinked goes on from there to the block that it looks for.
#[test]
fn a_retired_record_is_not_taken_for_another() {
    check("retire", || {
        let pack = Arc::new(Pack::new(2));
        let mut free_records = FreeRecords::new();
        for grain in [0, FRONT] {
            let index = free_records.take(pack.records.table()).unwrap();
            pack.records.insert(index, grain, 8);
        }
        let reader = {
            let pack = pack.clone();

            thread::spawn(move || {
                assert_eq!(pack.records.find(0).unwrap().0, pack.index(1));
                assert_eq!(pack.records.find_before(FRONT - 1).unwrap().0, 0);
            })
        };

        free_records.retire(pack.records.table(), pack.remove(FRONT));
        free_records.begin_grace();
        reader.join().unwrap();
        free_records.end_grace(pack.records.table());
        assert_eq!(free_records.take(pack.records.table()), Some(pack.index(2)));
    });
}

/// The rule is needed, and the checker sees it.
#[test]
#[should_panic(expected = "the block is there")]
fn without_a_grace_period_a_reader_goes_astray() {
    check("no_grace", || {
        let (pack, mut free_records) = two_blocks();
        let reader = {
            let pack = pack.clone();

            thread::spawn(move || pack.records.find(BLOCK).expect("the block is there").0)
        };

        reuse(&pack, &mut free_records, || {});
        reader.join().unwrap();
    });
}

/// A block that was taken off the list is unlinked while others read the window.
#[test]
fn the_worker_unlinks_what_has_died() {
    check("unlink", || {
        let pack = Arc::new(Pack::new(3));
        let mut free_records = FreeRecords::new();
        for grain in [BLOCK, FRONT] {
            let index = free_records.take(pack.records.table()).unwrap();
            pack.insert_live(index.place() + 1, grain);
        }
        let other = {
            let pack = pack.clone();

            thread::spawn(move || {
                pack.kill(FRONT, 2);
                pack.kill(BLOCK, 1);
            })
        };

        let taken = pack.take_dying();
        for grain in &taken {
            free_records.retire(pack.records.table(), pack.remove(*grain));
        }
        other.join().unwrap();
        assert_eq!(taken.len() + pack.take_dying().len(), 2);
    });
}
