// SPDX-License-Identifier: GPL-2.0

//! Pictures of packs, held against a bool for each grain.

use crate::{
    placement::occupancy::{Cells, Runs, CELLS},
    rng::Rng,
};

/// What the picture must say of `grains`.
fn naive_digits(grains: &[bool]) -> String {
    let per = grains.len().div_ceil(CELLS).max(1);

    grains
        .chunks(per)
        .map(|part| {
            let of_kind = part.iter().filter(|is| **is).count();

            match of_kind {
                0 => '0',
                n if n == part.len() => 'f',
                n => char::from_digit((1 + n * 14 / part.len()) as u32, 16).unwrap(),
            }
        })
        .collect()
}

fn naive_runs(grains: &[bool]) -> Runs {
    let runs: Vec<usize> = grains
        .split(|is_free| !is_free)
        .map(<[bool]>::len)
        .filter(|len| *len > 0)
        .collect();

    Runs {
        nr: runs.len(),
        grains: runs.iter().sum(),
        longest: runs.iter().copied().max().unwrap_or(0),
    }
}

fn words_of(grains: &[bool]) -> Vec<u64> {
    let mut words = vec![0; grains.len().div_ceil(64)];

    for (at, is_free) in grains.iter().enumerate() {
        words[at / 64] |= u64::from(*is_free) << (at % 64);
    }
    words
}

fn check(grains: &[bool]) {
    let mut cells = Cells::new(grains.len());
    let mut visited = vec![false; grains.len()];
    let runs = Runs::of(&words_of(grains), grains.len(), |run| {
        visited[run.clone()].fill(true);
        cells.add(run);
    });

    assert_eq!(runs, naive_runs(grains));
    assert_eq!(visited, grains);
    assert_eq!(cells.digits().as_str(), naive_digits(grains));
}

#[test]
fn all_or_nothing() {
    for nr in [1, 2, 127, 128, 129, 512, 640, 65536] {
        check(&vec![false; nr]);
        check(&vec![true; nr]);
    }
}

#[test]
fn one_grain_is_seen() {
    for at in [0, 1, 511, 512, 65535] {
        let mut grains = vec![false; 65536];
        grains[at] = true;
        check(&grains);

        let mut grains = vec![true; 65536];
        grains[at] = false;
        check(&grains);
    }
}

#[test]
fn random_packs() {
    let mut rng = Rng::new(7);

    for _ in 0..300 {
        let nr = 1 + (rng.next() % 5000) as usize;
        let longest = 1 + rng.next() % 300;
        let mut grains = Vec::new();

        while grains.len() < nr {
            let len = 1 + rng.next() % longest;
            let is_free = rng.next() % 2 == 0;

            grains.extend((0..len).map(|_| is_free));
        }
        grains.truncate(nr);
        check(&grains);
    }
}

/// What is behind the end counts for nothing.
#[test]
fn more_than_there_is() {
    let mut cells = Cells::new(100);

    cells.add(90..1000);
    cells.add(2000..3000);
    assert_eq!(cells.digits().as_str(), "0".repeat(90) + &"f".repeat(10));
}
