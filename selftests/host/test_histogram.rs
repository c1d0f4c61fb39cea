// SPDX-License-Identifier: GPL-2.0

//! Histograms.

use crate::pool::histogram::Histogram;

fn of(numbers: &[u64]) -> Vec<(u64, usize)> {
    let histogram = Histogram::new();

    for n in numbers {
        histogram.add(*n);
    }
    histogram.each().collect()
}

#[test]
fn nothing() {
    assert_eq!(of(&[]), []);
}

#[test]
fn each_number_is_in_its_bucket() {
    assert_eq!(
        of(&[0, 1, 2, 3, 4, 7, 8, 1000, 1024]),
        [(1, 2), (2, 2), (4, 2), (8, 1), (512, 1), (1024, 1)]
    );
}

#[test]
fn the_last_bucket_has_all_above() {
    assert_eq!(of(&[u64::MAX, 1 << 39, 1 << 50]), [(1 << 39, 3)]);
}
