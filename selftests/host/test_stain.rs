// SPDX-License-Identifier: GPL-2.0

//! Which barriers are needed: held against a list of all that has happened.

use crate::placement::stain::{OwnerId, Stain};
use crate::rng::Rng;

const STEPS: usize = 400_000;

/// What happened to a pack, in order
enum Event {
    Had(u32),
    BarrierBegun,
    BarrierDone,
}

/// Whether a barrier that began after the last text of another owner has ended
fn is_foreign(events: &[Event], owner: u32) -> bool {
    let foreign = |event: &Event| matches!(event, Event::Had(had) if *had != owner || owner == 0);
    let Some(last) = events.iter().rposition(foreign) else {
        return false;
    };
    let mut after = events[last..].iter();

    after
        .any(|event| matches!(event, Event::BarrierBegun))
        .then(|| after.any(|event| matches!(event, Event::BarrierDone)))
        != Some(true)
}

#[test]
fn a_barrier_is_needed_after_the_text_of_another() {
    let mut rng = Rng::new(11);
    let (mut needed, mut needless) = (0, 0);

    for first in [0, u32::MAX - 3, u32::MAX / 2 - 2] {
        let (mut begun, mut done) = (first, first);
        let mut events = vec![Event::Had(0)];
        let mut stain = Stain::new(OwnerId::SEVERAL, begun);

        for _ in 0..STEPS / 3 {
            match rng.below(8) {
                0..=2 => {
                    let owner = rng.below(4) as u32;

                    stain = stain.and(OwnerId(owner), begun, done);
                    events.push(Event::Had(owner));
                }
                3 if begun == done => {
                    begun = begun.wrapping_add(1);
                    events.push(Event::BarrierBegun);
                }
                4 if begun != done => {
                    done = begun;
                    events.push(Event::BarrierDone);
                }
                _ => {
                    let owner = rng.below(4) as u32;
                    let is_needed = stain.is_foreign(OwnerId(owner), done);
                    let is_due = is_foreign(&events, owner);

                    // Of several owners it is not known which: rather one barrier more.
                    assert!(is_needed || !is_due);
                    needed += usize::from(is_due);
                    needless += usize::from(is_needed && !is_due);
                }
            }
        }
    }
    println!("# figure: barriers_needed={needed}");
    println!("# figure: barriers_needless={needless}");
    assert!(needed > STEPS / 16 && needless < needed / 10);
}

#[test]
fn one_owner_alone_needs_none() {
    let mine = OwnerId(5);
    let mut stain = Stain::new(OwnerId::SEVERAL, 7);

    // A new pack
    assert!(stain.is_foreign(mine, 7));
    for _ in 0..1000 {
        stain = stain.and(mine, 8, 8);
        assert!(!stain.is_foreign(mine, 8));
        assert!(stain.is_foreign(OwnerId(6), 8));
        assert!(stain.is_foreign(OwnerId::SEVERAL, 8));
    }
    // A barrier that had begun before does not count when it ends,
    assert!(stain.is_foreign(OwnerId(6), 8));
    // one that began after does.
    assert!(!stain.is_foreign(OwnerId(6), 9));
    assert!(!stain.is_foreign(OwnerId::SEVERAL, 9));
}
