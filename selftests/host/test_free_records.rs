// SPDX-License-Identifier: GPL-2.0

//! Records that belong to no block, and how many there are.

use crate::placement::free_records::Supply;
use crate::placement::records::{Arena, Record, MAX_GRAINS};
use crate::test_records::{drain, dying, index, kill, live, make_live, records};
use crate::test_records::{Growing, Room, WINDOW};
use std::collections::BTreeMap;

/// Takes records until there are no more, and returns how many there were.
fn take_all<A: Arena>(supply: &mut Supply, arena: &A) -> usize {
    let mut taken = 0;

    while let Some(next) = supply.take(arena) {
        assert_eq!(next.place(), taken);
        taken += 1;
    }
    assert!(supply.take(arena).is_none());
    taken
}

/// Blocks may be as small as a grain. If a pack is full of them, the last grain stays free.
#[test]
fn there_is_a_record_for_every_grain_of_the_largest_pack_but_one() {
    for len in [MAX_GRAINS, MAX_GRAINS + 1, usize::MAX] {
        let mut supply = Supply::new();
        let available = supply.available(&Room(len));
        let taken = take_all(&mut supply, &Room(len));

        println!("# figure: records_of_a_pack={taken}");
        assert_eq!(taken, available);
        assert_eq!(supply.available(&Room(len)), 0);
        assert!(!supply.can_recycle());
        assert_eq!(taken, MAX_GRAINS - 1);
    }
}

/// The largest numbers that the parts of a record have to hold, in all lists.
#[test]
fn the_last_record_and_the_last_window() {
    const LAST_GRAIN: usize = MAX_GRAINS - 1;
    let mut supply = Supply::new();
    let last = take_all(&mut supply, &Room(usize::MAX));
    let numbers = [1, 2, last - 1, last];
    let starts = [LAST_GRAIN, 0, LAST_GRAIN - 2, LAST_GRAIN - 1];
    let arena = numbers.map(|number| (number - 1, Record::new()));
    let records = records(BTreeMap::from(arena), MAX_GRAINS, WINDOW);

    for (number, grain) in numbers.into_iter().zip(starts) {
        let record = records.insert(index(number), grain, 1).unwrap();

        make_live(record, live(1));
    }
    for nr in [2, 0, 3, 1] {
        assert_eq!(records.find(starts[nr]).unwrap().0, index(numbers[nr]));
        assert_eq!(kill(&records, starts[nr]), Some(live(1)));
    }
    let list = [1, 3, 0, 2].map(|nr| (starts[nr], dying(1)));
    assert_eq!(drain(&records), list);

    // The one of grain 0 stays.
    let mut removed = Vec::new();
    records.remove(1..MAX_GRAINS, |index| {
        removed.push(index.place() + 1);
        supply.retire(records.arena(), index);
    });
    removed.sort();
    assert_eq!(removed, [1, last - 1, last]);
    assert_eq!(supply.available(records.arena()), 0);
    supply.begin_grace();
    supply.end_grace(records.arena());
    assert_eq!(supply.available(records.arena()), 3);
    let mut again = [(); 3].map(|()| supply.take(records.arena()).unwrap().place() + 1);
    again.sort();
    assert_eq!(again, [1, last - 1, last]);
    assert_eq!(supply.take(records.arena()), None);
}

#[test]
fn a_retired_record_waits_for_a_whole_grace_period() {
    let arena = Growing::new(4);
    let mut supply = Supply::new();

    assert_eq!(supply.take(&arena), None);
    arena.grow(2);
    assert_eq!(supply.available(&arena), 2);
    assert_eq!(supply.take(&arena), Some(index(1)));
    assert_eq!(supply.available(&arena), 1);
    assert_eq!(supply.take(&arena), Some(index(2)));
    assert_eq!(supply.take(&arena), None);

    assert!(!supply.can_recycle());
    supply.retire(&arena, index(1));
    assert!(supply.can_recycle());
    assert_eq!(supply.take(&arena), None);
    supply.begin_grace();
    assert!(supply.can_recycle());
    supply.retire(&arena, index(2));
    assert_eq!(supply.available(&arena), 0);
    assert_eq!(supply.take(&arena), None);
    supply.end_grace(&arena);
    assert_eq!(supply.available(&arena), 1);
    assert_eq!(supply.take(&arena), Some(index(1)));
    assert_eq!(supply.take(&arena), None);

    supply.end_grace(&arena);
    assert_eq!(supply.take(&arena), None);
    supply.begin_grace();
    supply.end_grace(&arena);
    assert!(!supply.can_recycle());
    arena.grow(1);
    assert_eq!(supply.available(&arena), 2);
    assert_eq!(supply.take(&arena), Some(index(2)));
    assert_eq!(supply.take(&arena), Some(index(3)));
    assert_eq!(supply.take(&arena), None);
}

/// A grace period that was announced may have come to nothing; the next is for the same records.
#[test]
fn no_record_is_lost_if_a_grace_period_is_announced_twice() {
    let arena = Growing::new(3);
    let mut supply = Supply::new();

    arena.grow(3);
    for number in 1..=3 {
        assert_eq!(supply.take(&arena), Some(index(number)));
    }
    supply.retire(&arena, index(1));
    supply.begin_grace();
    supply.retire(&arena, index(2));
    supply.begin_grace();
    supply.retire(&arena, index(3));
    supply.end_grace(&arena);
    assert_eq!(supply.take(&arena), Some(index(1)));
    assert_eq!(supply.take(&arena), None);

    supply.begin_grace();
    supply.end_grace(&arena);
    let both = [supply.take(&arena), supply.take(&arena)];
    assert!(both.contains(&Some(index(2))) && both.contains(&Some(index(3))));
    assert_eq!(supply.take(&arena), None);
}
