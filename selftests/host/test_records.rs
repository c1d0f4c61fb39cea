// SPDX-License-Identifier: GPL-2.0

//! Single steps of the records of a pack.

use crate::placement::block::Block;
use crate::placement::freelists::LONGEST;
use crate::placement::record::{Index, Record, MAX_GRAINS};
use crate::placement::records::{Dying, Window};
use crate::record_oracle::{drain, dying, index, kill, live, make_live, parts, records, remove};
use crate::record_oracle::{some_records, Growing, Parts, DYING, LIVE, MOST_GRAINS, WINDOW};
#[test]
fn a_record_holds_all_that_a_block_can_be() {
    for grains in [1, 2, WINDOW, MAX_GRAINS, 1 << 19, MOST_GRAINS] {
        for ty in 0..8 {
            for slack in 0..32 {
                for owner in [0, 1, 1 << 31, u32::MAX] {
                    let records = some_records(1, 1);
                    let record = records.insert(index(1), 0, grains).unwrap();
                    let live = Parts {
                        grains,
                        ty,
                        slack,
                        owner,
                        state: LIVE,
                    };
                    let dying = Parts {
                        state: DYING,
                        ..live
                    };

                    assert_eq!(parts(record.block()), Parts::cached(grains));
                    make_live(record, live);
                    assert_eq!(kill(&records, 0), Some(live));
                    assert_eq!(parts(record.block()), dying);
                    assert_eq!(drain(&records), [(0, dying)]);
                }
            }
        }
    }
}

/// Whether a block may have a name is known until it is reclaimed; nothing else changes.
#[test]
fn a_live_block_may_get_a_name() {
    for owner in [0, 1, 1 << 31, u32::MAX] {
        let all = Parts {
            grains: MOST_GRAINS,
            ty: 7,
            slack: 0,
            owner,
            state: LIVE,
        };
        let other = Parts {
            owner: !owner,
            ..all
        };
        let records = some_records(1, 1);
        let record = records.insert(index(1), 0, all.grains).unwrap();
        let look = || (parts(record.block()), record.block().is_named());

        assert_eq!(parts(record.set_named()), Parts::cached(all.grains));
        assert_eq!(look(), (Parts::cached(all.grains), false));

        make_live(record, all);
        let before = record.block();
        assert_eq!(record.set_named(), before);
        assert_eq!(look(), (all, true));
        assert_eq!(parts(record.set_named()), all);
        record.set_owner(other.owner);
        assert_eq!(look(), (other, true));
        record.set_owner(all.owner);
        assert_eq!(look(), (all, true));

        assert_eq!(kill(&records, 0), Some(all));
        let dying = Parts {
            state: DYING,
            ..all
        };
        assert_eq!(look(), (dying, true));
        assert_eq!(parts(record.set_named()), dying);
        record.set_owner(other.owner);
        assert_eq!(look(), (dying, true));
        record.renew(record.block(), 0, None);
        assert_eq!(look(), (Parts::cached(all.grains), false));
        make_live(record, other);
        assert_eq!(look(), (other, false));
    }
}

/// The kernel makes records of memory that is zero.
#[test]
fn a_new_record_is_sixteen_bytes_of_zero() {
    // SAFETY: A record is made of integers without a gap, which the length shows.
    let bytes: [u8; 16] = unsafe { std::mem::transmute(Record::new()) };

    assert_eq!(bytes, [0; 16]);
}

#[test]
fn a_number_is_a_place() {
    assert_eq!(index(1).place(), 0);
    assert_eq!(index(1000).place(), 999);
    assert_eq!(index(MAX_GRAINS - 1).to_u16(), u16::MAX);
    assert_eq!(Index::new(0), None);
}

#[test]
fn windows_cover_all_grains() {
    for log in 0..16 {
        let window = 1 << log;

        // Any number that is not twice as large is as good.
        for like in [window, window + window / 2, 2 * window - 1] {
            let nr = |grains| Window::of(like).nr(grains);

            assert_eq!(nr(0), 0);
            assert_eq!(nr(1), 1);
            assert_eq!(nr(window), 1);
            assert_eq!(nr(window + 1), 2);
            assert_eq!(nr(MAX_GRAINS), MAX_GRAINS / window);
        }
    }
    assert_eq!(Window::of(0).nr(5), 5);
    assert_eq!(Window::of(usize::MAX).nr(1 << 63), 1);
}

#[test]
fn a_block_lives_and_dies_once() {
    let records = some_records(1, WINDOW);

    let record = records.insert(index(1), 7, 3).unwrap();
    assert!(std::ptr::eq(record, records.find(7).unwrap().1));
    assert_eq!(kill(&records, 7), Some(Parts::cached(3)));
    assert_eq!(parts(record.block()), Parts::cached(3));
    assert!(drain(&records).is_empty());

    make_live(record, live(3));
    assert_eq!(kill(&records, 7), Some(live(3)));
    assert_eq!(kill(&records, 7), Some(dying(3)));
    assert_eq!(parts(record.block()), dying(3));
    assert_eq!(drain(&records), [(7, dying(3))]);
    assert_eq!(kill(&records, 7), Some(dying(3)));
    assert!(drain(&records).is_empty());

    assert_eq!(remove(&records, 7..8), [0]);
    assert_eq!(remove(&records, 7..8), []);
    assert_eq!(kill(&records, 7), None);
    assert!(records.find(7).is_none());
}

/// A block that is kept has nothing of its life but where it is, and lives as any other.
#[test]
fn a_block_lives_again() {
    let records = some_records(2, WINDOW);
    let record = records.insert(index(1), 7, 3).unwrap();
    let other = Parts {
        ty: 1,
        slack: 2,
        owner: 0x8765_4321,
        ..live(3)
    };

    make_live(record, live(3));
    assert_eq!(kill(&records, 7), Some(live(3)));
    assert_eq!(drain(&records).len(), 1);
    record.renew(record.block(), 7, Some(index(2)));
    assert_eq!(record.list(), (Some(index(2)), 7));
    assert_eq!(record.next(), Some(index(2)));
    assert_eq!(parts(record.block()), Parts::cached(3));
    assert_eq!(records.find(7).unwrap().0, index(1));
    assert_eq!(kill(&records, 7), Some(Parts::cached(3)));
    assert_eq!(record.list(), (Some(index(2)), 7));
    assert!(drain(&records).is_empty());

    make_live(record, other);
    assert_eq!(kill(&records, 7), Some(other));
    assert_eq!(record.list(), (None, 7));
    assert_eq!(drain(&records).len(), 1);
    record.renew(record.block(), 7, None);
    assert_eq!(record.list(), (None, 7));
    assert_eq!(parts(record.block()), Parts::cached(3));
}

/// What a cached block knows of its batch changes nothing else of it, and is gone when it lives.
#[test]
fn a_cached_block_knows_its_batch() {
    for grains in [1, 2, LONGEST, MAX_GRAINS, MOST_GRAINS] {
        for nr in [1, 2, 32, 1 << 15, u16::MAX] {
            for behind in [0, 1, 1 << 15, u16::MAX] {
                let records = some_records(2, MAX_GRAINS);
                let record = records.insert(index(1), 7, grains).unwrap();
                let live = live(grains);

                assert_eq!(record.batch(), (0, 0));
                record.link(Some(index(2)));
                for (nr, behind) in [(3, 0x5a5a), (nr, behind)] {
                    record.begin_batch(nr, behind);
                    assert_eq!(record.batch(), (nr, behind));
                    assert_eq!(parts(record.block()), Parts::cached(grains));
                    assert_eq!(record.list(), (Some(index(2)), 7));
                    assert_eq!(kill(&records, 7), Some(Parts::cached(grains)));
                    record.link(Some(index(1)));
                    record.link(Some(index(2)));
                    assert_eq!(record.batch(), (nr, behind));
                }

                make_live(record, live);
                assert_eq!(kill(&records, 7), Some(live));
                assert_eq!(drain(&records), [(7, dying(grains))]);
                record.renew(record.block(), 7, None);
                assert_eq!(record.batch(), (0, 0));
                record.begin_batch(nr, behind);
                record.renew(record.block(), 7, None);
                assert_eq!(record.block(), Block::cached(grains));
            }
        }
    }
}

/// Who takes the list may put some on another one, which is in the other order.
#[test]
fn blocks_that_have_died_are_put_on_another_list() {
    let records = some_records(4, WINDOW);
    for number in 1..=4 {
        make_live(
            records.insert(index(number), 5 * number, 4).unwrap(),
            live(4),
        );
        assert_eq!(kill(&records, 5 * number), Some(live(4)));
    }
    let mut dying = records.take_dying();
    let mut other = Dying::none();
    let next = |dying: &mut Dying| {
        let (index, record, grain) = dying.next(records.table())?;

        assert_eq!(grain, 5 * (index.place() + 1));
        assert_eq!(parts(record.block()), self::dying(4));
        Some((index, record))
    };

    for number in [4, 3, 2, 1] {
        let (at, record) = next(&mut dying).unwrap();

        assert_eq!(at, index(number));
        if number != 3 {
            other.push(at, record);
            assert!(!other.is_empty());
        }
    }
    assert!(next(&mut dying).is_none());
    for number in [1, 2] {
        assert_eq!(next(&mut other).unwrap().0, index(number));
    }
    // The last one is put back, and is there again.
    let (at, record) = next(&mut other).unwrap();
    assert!(other.is_empty());
    other.push(at, record);
    assert_eq!(next(&mut other).unwrap().0, index(4));
    assert!(next(&mut other).is_none());
}

#[test]
fn a_record_is_linked_where_its_block_is() {
    let records = some_records(1, MAX_GRAINS);
    let record = records.insert(index(1), MAX_GRAINS - 1, 1).unwrap();

    for next in [Some(index(1)), Some(index(MAX_GRAINS - 1)), None] {
        record.link(next);
        assert_eq!(record.list(), (next, MAX_GRAINS - 1));
        assert_eq!(parts(record.block()), Parts::cached(1));
    }
}

/// A record that is used again has nothing of the block that it was of before.
#[test]
fn a_record_begins_anew() {
    let records = some_records(1, 2 * WINDOW);

    make_live(records.insert(index(1), 7, 3).unwrap(), live(3));
    assert_eq!(kill(&records, 7), Some(live(3)));
    assert_eq!(drain(&records).len(), 1);
    assert_eq!(remove(&records, 7..10), [0]);
    let record = records.insert(index(1), WINDOW + 9, 2).unwrap();
    assert_eq!(parts(record.block()), Parts::cached(2));
    assert!(records.find(7).is_none());
    assert_eq!(kill(&records, WINDOW + 9), Some(Parts::cached(2)));
    assert!(drain(&records).is_empty());
}

#[test]
fn there_is_nothing_where_there_is_no_record_and_no_window() {
    let records = some_records(1, WINDOW);

    assert!(records.insert(index(2), 0, 1).is_none());
    assert!(records.insert(index(1), WINDOW, 1).is_none());
    assert!(records.insert(index(1), usize::MAX, 1).is_none());
    assert_eq!(records.all().count(), 0);
    assert!(Dying::none().is_empty());
    assert!(Dying::none().next(records.table()).is_none());
}

#[test]
fn only_the_first_grain_of_a_block_is_killed() {
    let records = some_records(2, 3 * WINDOW);
    let starts = [10, 10 + 2 * WINDOW];

    make_live(
        records.insert(index(1), starts[0], 2 * WINDOW).unwrap(),
        live(2 * WINDOW),
    );
    make_live(records.insert(index(2), starts[1], 1).unwrap(), live(1));
    for grain in (0..3 * WINDOW).filter(|grain| !starts.contains(grain)) {
        assert_eq!(kill(&records, grain), None);
        assert_eq!(remove(&records, grain..grain + 1), []);
    }
    for grain in [3 * WINDOW, 3 * WINDOW + 10, usize::MAX - 1] {
        assert_eq!(kill(&records, grain), None);
        assert_eq!(remove(&records, grain..grain + 1), []);
        assert!(records.find(grain).is_none());
    }
    assert!(drain(&records).is_empty());
    assert_eq!(remove(&records, 0..3 * WINDOW), [0, 1]);
}

#[test]
fn the_block_before_is_found_in_any_window() {
    let records = some_records(3, 8 * WINDOW);
    let before = |grain| records.find_before(grain).map(|(grain, _)| grain);

    assert_eq!(before(8 * WINDOW - 1), None);
    records.insert(index(1), WINDOW - 1, 3 * WINDOW);
    records.insert(index(2), 5 * WINDOW, 2);
    records.insert(index(3), 5 * WINDOW + 2, 1);
    assert_eq!(before(0), None);
    assert_eq!(before(WINDOW - 2), None);
    assert_eq!(before(WINDOW - 1), Some(WINDOW - 1));
    assert_eq!(before(5 * WINDOW - 1), Some(WINDOW - 1));
    assert_eq!(before(5 * WINDOW), Some(5 * WINDOW));
    assert_eq!(before(5 * WINDOW + 1), Some(5 * WINDOW));
    assert_eq!(before(5 * WINDOW + 2), Some(5 * WINDOW + 2));
    assert_eq!(before(8 * WINDOW - 1), Some(5 * WINDOW + 2));
    assert_eq!(before(usize::MAX), Some(5 * WINDOW + 2));
}

#[test]
fn a_walk_visits_all_in_the_order_of_their_addresses() {
    let grains = 200 * WINDOW;
    let starts = [3, 4, WINDOW - 1, 2 * WINDOW, 70 * WINDOW + 5, grains - 1];
    let records = some_records(starts.len(), grains);

    assert!(records.find_from(0).is_none());
    for (place, start) in [5, 2, 0, 4, 1, 3].into_iter().enumerate() {
        records.insert(index(place + 1), starts[start], 1).unwrap();
    }
    for grain in 0..grains {
        let found = records.find_from(grain).map(|(start, _)| start);

        assert_eq!(found, starts.into_iter().find(|start| *start >= grain));
    }
    for grain in [grains, grains + 1, usize::MAX] {
        assert!(records.find_from(grain).is_none());
    }
}

/// Of blocks in three windows, those that begin in a range go, wherever the range begins and ends,
/// in whatever order they came; the others stay.
#[test]
fn every_range_of_a_few_windows_is_removed() {
    const GRAINS: usize = 3 * WINDOW;
    const LAST: usize = WINDOW - 1;
    let starts = [
        [0, 1, WINDOW / 2, LAST],
        [0, 9, LAST - 1, LAST].map(|offset| WINDOW + offset),
        [0, 1, 2, LAST].map(|offset| 2 * WINDOW + offset),
    ]
    .concat();

    for order in 0..starts.len() {
        for start in 0..=GRAINS {
            for end in 0..=GRAINS {
                let records = some_records(starts.len(), GRAINS);
                let mut order: Vec<usize> = (0..starts.len())
                    .map(|i| (i * 5 + order) % starts.len())
                    .collect();
                for place in &order {
                    records.insert(index(place + 1), starts[*place], 1);
                }

                order.retain(|place| (start..end).contains(&starts[*place]));
                order.sort();
                assert_eq!(remove(&records, start..end), order);
                for (place, grain) in starts.iter().enumerate() {
                    let found = records.find(*grain).map(|(index, _)| index.place());
                    let stays = !order.contains(&place);

                    assert_eq!(found, stays.then_some(place));
                }
                assert_eq!(records.all().count(), starts.len() - order.len());
            }
        }
    }
}

/// Windows in which no block begins are skipped many at a time; none is skipped in which one does.
#[test]
fn a_long_block_is_found_from_any_grain_inside() {
    let grains = 65_536;
    let records = records(Growing::new(8), grains, 1);
    let starts = [0, 1, 63, 64, 65, 4_095, 40_000, 65_535];

    records.table().grow(8);
    for (place, start) in starts.iter().enumerate() {
        records.insert(index(place + 1), *start, 1).unwrap();
    }
    for grain in (0..grains).chain([usize::MAX]) {
        let found = records.find_before(grain).map(|(start, _)| start);
        let before = starts.iter().rev().find(|start| **start <= grain);

        assert_eq!(found, before.copied(), "grain {grain}");
    }

    // Those in between are gone, and leave no trace.
    assert_eq!(remove(&records, 1..65_535).len(), 6);
    for grain in [1, 63, 64, 127, 128, 4_096, 65_534] {
        assert_eq!(records.find_before(grain).map(|(start, _)| start), Some(0));
    }
    assert_eq!(remove(&records, 0..grains).len(), 2);
    assert!(records.find_before(grains - 1).is_none());
}
