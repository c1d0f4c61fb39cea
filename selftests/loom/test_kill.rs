// SPDX-License-Identifier: GPL-2.0

//! Blocks that several threads free, while the worker takes those that were freed.

use crate::check;
use crate::pack::WINDOW;
use crate::pack::{assert_owned, Pack};
use crate::placement::block::State;
use loom::sync::Arc;
use loom::thread;

/// A block of the second window; the others are in the first.
const OTHER: usize = WINDOW + 5;

/// Frees blocks, and returns how many of the frees were the first.
fn kill(pack: &Pack, grains: &[usize]) -> usize {
    let was_live = |grain: &&usize| {
        let block = pack.records.kill(**grain).expect("a block begins there");

        assert_ne!(block.state(), State::Cached);
        assert_owned(block, block.owner());
        block.is_live()
    };

    grains.iter().filter(was_live).count()
}

fn spawn_kill(pack: &Arc<Pack>, grains: &'static [usize]) -> thread::JoinHandle<usize> {
    let pack = pack.clone();

    thread::spawn(move || kill(&pack, grains))
}

#[test]
fn one_of_two_frees_of_a_block_wins() {
    check("kill_same", || {
        let pack = Arc::new(Pack::new(1));
        pack.insert_live(1, 5);
        let other = spawn_kill(&pack, &[5]);
        let won = kill(&pack, &[5]) + other.join().unwrap();

        assert_eq!(won, 1);
        assert_eq!(pack.take_dying(), [5]);
        assert!(pack.take_dying().is_empty());
    });
}

#[test]
fn one_of_three_frees_of_a_block_wins() {
    check("kill_same_by_three", || {
        let pack = Arc::new(Pack::new(1));
        pack.insert_live(1, 5);
        let others = [spawn_kill(&pack, &[5]), spawn_kill(&pack, &[5])];
        let taken = kill(&pack, &[5]);
        let won: usize = others.map(|other| other.join().unwrap()).iter().sum();

        assert_eq!(won + taken, 1);
        assert_eq!(pack.take_dying(), [5]);
    });
}

/// Whatever the owner did to the block is done when the worker has it.
#[test]
fn every_freed_block_is_taken_once() {
    check("kill_and_take", || {
        let pack = Arc::new(Pack::new(2));
        pack.insert_live(1, 5);
        pack.insert_live(2, OTHER);
        let others = [(1, 5), (2, OTHER)].map(|(number, grain)| {
            let pack = pack.clone();

            thread::spawn(move || {
                pack.write(pack.index(number), number as u32);
                pack.kill(grain, number as u32);
            })
        });
        let mut taken = pack.take_dying();
        for other in others {
            other.join().unwrap();
        }
        taken.extend(pack.take_dying());
        taken.sort();

        assert_eq!(taken, [5, OTHER]);
    });
}

#[test]
fn three_blocks_and_two_takes() {
    check("kill_and_take_twice", || {
        let pack = Arc::new(Pack::new(3));
        pack.insert_live(1, 5);
        pack.insert_live(2, OTHER);
        pack.insert_live(3, 20);
        let others = [spawn_kill(&pack, &[5, 20]), spawn_kill(&pack, &[OTHER, 5])];
        let mut taken = pack.take_dying();
        taken.extend(pack.take_dying());
        let won: usize = others.map(|other| other.join().unwrap()).iter().sum();
        taken.extend(pack.take_dying());
        taken.sort();

        assert_eq!(won, 3);
        assert_eq!(taken, [5, 20, OTHER]);
    });
}
