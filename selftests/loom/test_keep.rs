// SPDX-License-Identifier: GPL-2.0

//! Blocks that were freed and are kept for the next owner, while somebody still looks at them, or
//! frees them a second time.

use crate::check;
use crate::pack::{assert_owned, Pack, LEN};
use crate::placement::block::{Block, State};
use crate::placement::freelists::FreeLists;
use crate::placement::reclaimed::Reclaimed;
use crate::placement::record::Index;
use loom::sync::{Arc, Mutex};
use loom::thread;

/// A block that lives, of record 1, and one of the same length that is kept, of record 2.
const BLOCK: usize = 5;
const OTHER: usize = 20;

fn pack() -> (Arc<Pack>, FreeLists) {
    let pack = Arc::new(Pack::new(2));
    let mut lists = FreeLists::new();

    pack.insert_live(1, BLOCK);
    pack.insert(2, OTHER);
    add(&pack, &mut lists, &[(pack.index(2), OTHER)]);
    (pack, lists)
}

/// Adds blocks, the last of which will be the first.
fn add(pack: &Pack, lists: &mut FreeLists, blocks: &[(Index, usize)]) {
    let mut sorted = Reclaimed::new();

    for (index, grain) in blocks {
        let record = pack.record(*index);

        assert!(sorted.push(*index, record, record.block(), *grain));
    }
    for (grains, fresh) in sorted.each() {
        assert_eq!(grains, LEN);
        lists.add(pack.records.table(), grains, fresh);
    }
}

/// Asserts that a block is one that was made, whoever has it.
fn assert_complete(block: Block) {
    if block.state() == State::Cached {
        // Its owner is what it knows of its batch.
        let parts = (block.ty(), block.size(), block.grains());

        assert_eq!(parts, (0, LEN * 32, LEN));
    } else {
        assert!([1, 2].contains(&block.owner()));
        assert_owned(block, block.owner());
    }
}

/// Frees the block some times, and returns how often it was live.
fn kill(pack: &Pack, times: usize) -> usize {
    let was_live = |_: &usize| {
        let block = pack.records.kill(BLOCK).expect("the block is there");

        assert_complete(block);
        block.is_live()
    };

    (0..times).filter(was_live).count()
}

fn spawn_kill(pack: &Arc<Pack>, times: usize) -> thread::JoinHandle<usize> {
    let pack = pack.clone();

    thread::spawn(move || kill(&pack, times))
}

/// Keeps all that have died, as the worker does, and returns how many these are.
fn keep(pack: &Pack, lists: &mut FreeLists) -> usize {
    let mut died = Vec::new();

    pack.take_each_dying(|index, grain| {
        assert_eq!(grain, BLOCK);
        died.push((index, grain));
    });
    add(pack, lists, &died);
    died.len()
}

/// Returns whether the block lives, when all threads have ended; it is cached if not.
fn is_live(pack: &Pack) -> bool {
    let block = pack.record(pack.index(1)).block();

    assert_complete(block);
    assert_ne!(block.state(), State::Dying);
    block.is_live()
}

/// Takes the chain of all that are kept.
fn take_chain(pack: &Pack, lists: &mut FreeLists) -> (Option<Index>, u16) {
    let chain = lists.take(pack.records.table(), LEN, u16::MAX);

    chain.map_or((None, 0), |(first, nr)| (Some(first), nr))
}

/// Calls `take` with the number of each block of a chain, and returns where they begin.
fn walk(pack: &Pack, (mut next, nr): (Option<Index>, u16), take: impl Fn(Index)) -> Vec<usize> {
    let pop = |_| {
        let index = next.expect("there are as many as were counted");
        let (behind, grain) = pack.record(index).list();

        next = behind;
        take(index);
        grain
    };

    (0..nr).map(pop).collect()
}

/// Takes all that are kept, and returns where they begin.
fn take_all(pack: &Pack, lists: &mut FreeLists) -> Vec<usize> {
    let chain = take_chain(pack, lists);

    walk(pack, chain, |_| ())
}

/// Takes the block, which was kept last, and gives it to `owner`.
fn give(pack: &Pack, lists: &mut FreeLists, owner: u32) {
    let taken = lists.take(pack.records.table(), LEN, 1);

    assert_eq!(taken, Some((pack.index(1), 1)));
    pack.give(pack.index(1), owner);
}

#[test]
fn a_block_that_is_freed_twice_is_kept_once() {
    check("keep", || {
        let (pack, mut lists) = pack();
        let others = [spawn_kill(&pack, 1), spawn_kill(&pack, 1)];
        let mut kept = keep(&pack, &mut lists);
        let won: usize = others.map(|other| other.join().unwrap()).iter().sum();

        kept += keep(&pack, &mut lists);
        assert_eq!((won, kept, is_live(&pack)), (1, 1, false));
        assert_eq!(take_all(&pack, &mut lists), [BLOCK, OTHER]);
    });
}

/// Who frees a block a second time frees it, if it has been given to somebody meanwhile, or nothing
/// happens. That somebody may be the first owner, so that it looks as it did before.
#[test]
fn a_late_free_is_one_of_the_next_owner_or_none() {
    for owner in [1, 2] {
        check(&format!("keep_and_give_to_{owner}"), move || {
            let (pack, mut lists) = pack();
            let others = [spawn_kill(&pack, 1), spawn_kill(&pack, 1)];
            let mut kept = keep(&pack, &mut lists);
            let is_given = kept == 1;

            if is_given {
                give(&pack, &mut lists, owner);
            }
            let won: usize = others.map(|other| other.join().unwrap()).iter().sum();
            kept += keep(&pack, &mut lists);

            assert_eq!(won, kept);
            match (is_given, won) {
                (true, 1) => assert!(is_live(&pack)),
                (_, 1) | (true, 2) => assert!(!is_live(&pack)),
                _ => panic!("{won} frees of a block"),
            }
            let left = take_all(&pack, &mut lists);
            assert_eq!(left, [BLOCK, OTHER][usize::from(is_live(&pack))..]);
        });
    }
}

/// The block is found all the time. Whoever sees that the next owner has it sees what was written to
/// it for that owner.
#[test]
fn a_block_is_found_while_it_is_kept_and_given() {
    for is_before in [false, true] {
        check(&format!("keep_and_find_{is_before}"), move || {
            let (pack, mut lists) = pack();
            let killer = {
                let pack = pack.clone();

                thread::spawn(move || {
                    pack.write(pack.index(1), 1);
                    pack.kill(BLOCK, 1);
                })
            };
            let finder = {
                let pack = pack.clone();

                thread::spawn(move || {
                    let block = if is_before {
                        let (grain, record) = pack.records.find_before(BLOCK + 3).unwrap();

                        assert_eq!(grain, BLOCK);
                        record.block()
                    } else {
                        let (index, record) = pack.records.find(BLOCK).unwrap();

                        assert_eq!(index, pack.index(1));
                        record.block()
                    };

                    assert_complete(block);
                    if block.is_live() && block.owner() == 2 {
                        pack.read(pack.index(1), 2);
                    }
                })
            };

            if keep(&pack, &mut lists) == 1 {
                give(&pack, &mut lists, 2);
            }
            killer.join().unwrap();
            finder.join().unwrap();
        });
    }
}

/// The lists go from the worker to somebody who gives all blocks of a chain, the first of which may
/// have been freed before the others are given.
#[test]
fn a_chain_is_given_while_its_first_block_is_freed() {
    check("keep_and_give_chain", || {
        let (pack, lists) = pack();
        let lists = Arc::new(Mutex::new(lists));
        let killer = spawn_kill(&pack, 2);
        let giver = {
            let (pack, lists) = (pack.clone(), lists.clone());

            thread::spawn(move || {
                let chain = take_chain(&pack, &mut lists.lock().unwrap());

                walk(&pack, chain, |index| pack.give(index, 2))
            })
        };
        let mut kept = keep(&pack, &mut lists.lock().unwrap());
        let won = killer.join().unwrap();
        let given = giver.join().unwrap();
        let lists = &mut lists.lock().unwrap();

        kept += keep(&pack, lists);
        assert_eq!(won, kept);
        match (&given[..], won) {
            ([BLOCK, OTHER], 1) => assert!(is_live(&pack)),
            ([BLOCK, OTHER], 2) | ([OTHER], 1) => assert!(!is_live(&pack)),
            _ => panic!("{won} frees of a block, and {given:?} given"),
        }
        let left = take_all(&pack, lists);
        assert_eq!(left, [BLOCK][usize::from(is_live(&pack))..]);
    });
}
