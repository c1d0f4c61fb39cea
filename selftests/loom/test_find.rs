// SPDX-License-Identifier: GPL-2.0

//! Lookups and frees, while the holder of the pool's lock changes the window that they read.

use crate::check;
use crate::pack::{assert_owned, Pack};
use loom::sync::{Arc, Mutex};
use loom::thread;

/// The block that lives all the time, one that was inserted before it, and one after it.
const BLOCK: usize = 10;
const OLDER: usize = 2;
const NEWER: usize = 20;

/// Looks for the block at and behind its beginning.
fn find(pack: &Pack) {
    let (found, record) = pack.records.find(BLOCK).expect("the block is there");
    assert_eq!(found, pack.index(2));
    assert_owned(record.block(), 2);

    let (grain, record) = pack.records.find_before(BLOCK + 3).expect("it is there");
    assert_eq!(grain, BLOCK);
    assert_owned(record.block(), 2);
}

/// Looks for the block in one thread and frees it in another, while `change` goes on.
fn find_and_kill(pack: &Arc<Pack>, change: impl FnOnce(&Pack)) {
    let finder = {
        let pack = pack.clone();

        thread::spawn(move || find(&pack))
    };
    let killer = {
        let pack = pack.clone();

        thread::spawn(move || pack.kill(BLOCK, 2))
    };

    change(pack);
    finder.join().unwrap();
    killer.join().unwrap();
    assert_eq!(pack.take_dying(), [BLOCK]);
}

/// A window with all three.
fn three_blocks() -> Arc<Pack> {
    let pack = Arc::new(Pack::new(6));

    pack.insert(1, OLDER);
    pack.insert_live(2, BLOCK);
    pack.insert(3, NEWER);
    pack
}

#[test]
fn a_block_is_found_while_others_are_inserted() {
    check("find_insert", || {
        find_and_kill(&three_blocks(), |pack| {
            pack.insert(4, 30);
        });
    });
}

#[test]
fn a_block_is_found_while_others_are_removed() {
    for gone in [OLDER, NEWER] {
        check(&format!("find_remove_{gone}"), move || {
            find_and_kill(&three_blocks(), |pack| {
                pack.remove(gone);
            });
        });
    }
}

/// Blocks before and behind the one that lives go, and another comes that begins where one did.
#[test]
fn a_block_is_found_while_others_are_replaced() {
    for gone in [[OLDER, NEWER], [NEWER, OLDER]] {
        check(&format!("find_replace_{}", gone[0]), move || {
            let pack = three_blocks();
            let finder = {
                let pack = pack.clone();

                thread::spawn(move || find(&pack))
            };

            for grain in gone {
                pack.remove(grain);
            }
            pack.insert(4, gone[0]);
            assert_eq!(pack.remove(gone[0]), pack.index(4));
            finder.join().unwrap();
        });
    }
}

/// Whoever sees that a block is live sees all that is known of it, and what was written to it.
#[test]
fn a_live_block_is_complete() {
    check("find_live", || {
        let pack = Arc::new(Pack::new(1));
        let other = {
            let pack = pack.clone();

            thread::spawn(move || pack.insert_live(1, BLOCK))
        };

        if let Some((found, record)) = pack.records.find(BLOCK) {
            let block = record.block();

            assert_eq!(found, pack.index(1));
            assert_eq!(block.grains(), 8);
            if block.is_live() {
                assert_owned(block, 1);
                pack.read(found, 1);
            }
        }
        other.join().unwrap();
        pack.kill(BLOCK, 1);
    });
}

/// The lock passes from one holder to the next; who only reads sees complete records all the same.
#[test]
fn a_block_is_complete_behind_one_that_was_removed() {
    check("find_behind_removed", || {
        let pack = Arc::new(Pack::new(2));
        let lock = Arc::new(Mutex::new(()));
        let first = {
            let (pack, lock) = (pack.clone(), lock.clone());

            thread::spawn(move || {
                let _held = lock.lock().unwrap();
                pack.insert(1, BLOCK);
                pack.insert(2, NEWER);
            })
        };
        let second = {
            let (pack, lock) = (pack.clone(), lock.clone());

            thread::spawn(move || {
                let _held = lock.lock().unwrap();
                pack.records.remove(NEWER..NEWER + 8, |_| ());
            })
        };

        if let Some((found, record)) = pack.records.find(BLOCK) {
            assert_eq!(found, pack.index(1));
            assert_eq!(record.block().grains(), 8);
        }
        first.join().unwrap();
        second.join().unwrap();
    });
}

/// Who looks for the block that an address lies in sees a complete one as well.
#[test]
fn the_block_before_is_complete() {
    check("find_before_live", || {
        let pack = Arc::new(Pack::new(1));
        let other = {
            let pack = pack.clone();

            thread::spawn(move || pack.insert_live(1, BLOCK))
        };

        if let Some((grain, record)) = pack.records.find_before(BLOCK + 3) {
            assert_eq!(grain, BLOCK);
            assert_eq!(record.block().grains(), 8);
        }
        other.join().unwrap();
    });
}
