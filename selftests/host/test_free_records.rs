// SPDX-License-Identifier: GPL-2.0

//! Records that belong to no block, and how many there are.

use crate::placement::free_records::FreeRecords;
use crate::placement::record::{Record, RecordTable, MAX_GRAINS};
use crate::record_oracle::{drain, dying, index, kill, live, make_live, records};
use crate::record_oracle::{Growing, Room, WINDOW};
use std::collections::BTreeMap;

/// Takes records until there are no more, and returns how many there were.
fn take_all<A: RecordTable>(free_records: &mut FreeRecords, table: &A) -> usize {
    let mut taken = 0;

    while let Some(next) = free_records.take(table) {
        assert_eq!(next.place(), taken);
        taken += 1;
    }
    assert!(free_records.take(table).is_none());
    taken
}

/// Blocks may be as small as a grain. If a pack is full of them, the last grain stays free.
#[test]
fn there_is_a_record_for_every_grain_of_the_largest_pack_but_one() {
    for len in [MAX_GRAINS, MAX_GRAINS + 1, usize::MAX] {
        let mut free_records = FreeRecords::new();
        let available = free_records.available(&Room(len));
        let taken = take_all(&mut free_records, &Room(len));

        println!("# figure: records_of_a_pack={taken}");
        assert_eq!(taken, available);
        assert_eq!(free_records.available(&Room(len)), 0);
        assert!(!free_records.begin_grace());
        assert_eq!(taken, MAX_GRAINS - 1);
    }
}

/// The largest numbers that the parts of a record have to hold, in all lists.
#[test]
fn the_last_record_and_the_last_window() {
    const LAST_GRAIN: usize = MAX_GRAINS - 1;
    let mut free_records = FreeRecords::new();
    let last = take_all(&mut free_records, &Room(usize::MAX));
    let numbers = [1, 2, last - 1, last];
    let starts = [LAST_GRAIN, 0, LAST_GRAIN - 2, LAST_GRAIN - 1];
    let table = numbers.map(|number| (number - 1, Record::new()));
    let records = records(BTreeMap::from(table), MAX_GRAINS, WINDOW);

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
        free_records.retire(records.table(), index);
    });
    removed.sort();
    assert_eq!(removed, [1, last - 1, last]);
    assert_eq!(free_records.available(records.table()), 0);
    free_records.begin_grace();
    free_records.end_grace(records.table());
    assert_eq!(free_records.available(records.table()), 3);
    let mut again = [(); 3].map(|()| free_records.take(records.table()).unwrap().place() + 1);
    again.sort();
    assert_eq!(again, [1, last - 1, last]);
    assert_eq!(free_records.take(records.table()), None);
}

#[test]
fn a_retired_record_waits_for_a_whole_grace_period() {
    let table = Growing::new(4);
    let mut free_records = FreeRecords::new();

    assert_eq!(free_records.take(&table), None);
    table.grow(2);
    assert_eq!(free_records.available(&table), 2);
    assert_eq!(free_records.take(&table), Some(index(1)));
    assert_eq!(free_records.available(&table), 1);
    assert_eq!(free_records.take(&table), Some(index(2)));
    assert_eq!(free_records.take(&table), None);

    assert!(!free_records.begin_grace());
    free_records.end_grace(&table);
    free_records.retire(&table, index(1));
    assert_eq!(free_records.take(&table), None);
    assert!(free_records.begin_grace());
    free_records.retire(&table, index(2));
    assert_eq!(free_records.available(&table), 0);
    assert_eq!(free_records.take(&table), None);
    free_records.end_grace(&table);
    assert_eq!(free_records.available(&table), 1);
    assert_eq!(free_records.take(&table), Some(index(1)));
    assert_eq!(free_records.take(&table), None);

    free_records.end_grace(&table);
    assert_eq!(free_records.take(&table), None);
    assert!(free_records.begin_grace());
    free_records.end_grace(&table);
    assert!(!free_records.begin_grace());
    table.grow(1);
    assert_eq!(free_records.available(&table), 2);
    assert_eq!(free_records.take(&table), Some(index(2)));
    assert_eq!(free_records.take(&table), Some(index(3)));
    assert_eq!(free_records.take(&table), None);
}

/// A grace period that was announced may have come to nothing; the next is for the same records.
#[test]
fn no_record_is_lost_if_a_grace_period_is_announced_twice() {
    let table = Growing::new(3);
    let mut free_records = FreeRecords::new();

    table.grow(3);
    for number in 1..=3 {
        assert_eq!(free_records.take(&table), Some(index(number)));
    }
    free_records.retire(&table, index(1));
    free_records.begin_grace();
    free_records.retire(&table, index(2));
    free_records.begin_grace();
    free_records.retire(&table, index(3));
    free_records.end_grace(&table);
    assert_eq!(free_records.take(&table), Some(index(1)));
    assert_eq!(free_records.take(&table), None);

    free_records.begin_grace();
    free_records.end_grace(&table);
    let both = [free_records.take(&table), free_records.take(&table)];
    assert!(both.contains(&Some(index(2))) && both.contains(&Some(index(3))));
    assert_eq!(free_records.take(&table), None);
}
