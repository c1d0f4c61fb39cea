// SPDX-License-Identifier: GPL-2.0

//! What maps and watermarks come to when programs of many sizes come and go, next to first fit, which
//! is what the kernel has for programs of BPF.

use crate::placement::freelists::LONGEST;
use crate::placement::map::{Class, Map};
use crate::placement::policy::{self, GRAIN};
use crate::placement::watermarks::Watermarks;
use crate::rng::Rng;

/// Programs that live at a time, and how often all of them are replaced.
const LIVE: usize = 5000;
const LIFETIMES: usize = 10;
/// What is freed can be allocated again when it is this fraction of the programs.
const WAITING: usize = LIVE / 20;
/// Bytes of a pack, and grains.
const PACK: usize = 2 << 20;
const GRAINS: usize = PACK / GRAIN;
/// Bytes of a chunk of the peer.
const CHUNK: usize = 64;

/// A lognormal through what is published of a fleet, as the benchmark has it.
fn size(rng: &mut Rng) -> usize {
    let sum: usize = (0..12).map(|_| rng.below(1 << 20)).sum();
    let z = sum as f64 / f64::from(1 << 20) - 6.0;

    ((500.0 * (2.055 * z).exp()) as usize).clamp(16, 1 << 16)
}

/// Where a block is: the number of its pack, and the first grain or chunk.
type Place = (usize, usize);

trait Heap {
    fn alloc(&mut self, size: usize) -> Place;
    /// Frees what has waited for its grace period.
    fn free(&mut self, blocks: Vec<(Place, usize)>);
    /// How many packs there are.
    fn packs(&self) -> usize;
}

/// Packs as a pool has them: good fit, and freelists with watermarks.
#[derive(Default)]
struct Ours {
    packs: Vec<(Map<Vec<u64>>, Vec<Vec<usize>>)>,
    watermarks: Option<Watermarks>,
}

impl Ours {
    fn watermarks(&mut self) -> &mut Watermarks {
        self.watermarks.get_or_insert_with(Watermarks::new)
    }

    fn carve_at(&mut self, pack: usize, class: Class, grains: usize) -> Option<Place> {
        let mut place = None;

        self.packs[pack]
            .0
            .take(class, grains, 1, |grain| place = Some((pack, grain)));
        place
    }

    /// From a run of the class, or of the smallest one above.
    fn carve(&mut self, grains: usize) -> Option<Place> {
        let class = Class::of(grains);
        let mut best: Option<(Class, usize)> = None;

        for pack in 0..self.packs.len() {
            let classes = self.packs[pack].0.classes();
            let mut found = classes.from(class);

            if found == Some(class) {
                if let Some(place) = self.carve_at(pack, class, grains) {
                    return Some(place);
                }
                found = class.next().and_then(|above| classes.from(above));
            }
            if let Some(found) = found.filter(|found| best.is_none_or(|(best, _)| *found < best)) {
                best = Some((found, pack));
            }
        }
        let (class, pack) = best?;

        self.carve_at(pack, class, grains)
    }

    fn take(&mut self, grains: usize) -> Option<Place> {
        if self.watermarks().has(grains) {
            for (pack, (_, lists)) in self.packs.iter_mut().enumerate() {
                if let Some(grain) = lists[grains].pop() {
                    self.watermarks().remove(grains, 1);
                    return Some((pack, grain));
                }
            }
        }
        self.carve(grains)
    }

    /// Coalesces blocks of freelists: those that exceed the watermarks, or all.
    fn coalesce(&mut self, is_all: bool) {
        for pack in 0..self.packs.len() {
            for grains in 1..=LONGEST {
                while is_all || self.watermarks().has_surplus(grains) {
                    let (map, lists) = &mut self.packs[pack];
                    let Some(grain) = lists[grains].pop() else {
                        break;
                    };

                    map.give(grain..grain + grains).unwrap();
                    self.watermarks().remove(grains, 1);
                }
            }
        }
    }
}

impl Heap for Ours {
    fn alloc(&mut self, size: usize) -> Place {
        let grains = policy::grains(size);
        let mut place = self.take(grains);

        if place.is_none() {
            self.coalesce(true);
            place = self.take(grains);
        }
        if place.is_none() {
            let (bits, tree) = Map::<Vec<u64>>::words(GRAINS);
            let map = Map::new(vec![0; bits], vec![0; tree], GRAINS).unwrap();

            self.packs.push((map, vec![Vec::new(); LONGEST + 1]));
            place = self.take(grains);
        }
        self.watermarks().count_alloc(grains, 1);
        place.unwrap()
    }

    fn free(&mut self, blocks: Vec<(Place, usize)>) {
        self.watermarks().update();
        for ((pack, grain), size) in blocks {
            let grains = policy::grains(size);

            if grains <= LONGEST {
                self.packs[pack].1[grains].push(grain);
                self.watermarks().add(grains, 1);
            } else {
                self.packs[pack].0.give(grain..grain + grains).unwrap();
            }
        }
        self.coalesce(false);
    }

    fn packs(&self) -> usize {
        self.packs.len()
    }
}

/// The first chunks that are free, in the first pack that has them. Each pack has which are taken, and
/// one that is not behind the first that is not.
#[derive(Default)]
struct FirstFit(Vec<(Vec<bool>, usize)>);

impl Heap for FirstFit {
    fn alloc(&mut self, size: usize) -> Place {
        let chunks = size.div_ceil(CHUNK);

        for (pack, (taken, from)) in self.0.iter_mut().enumerate() {
            let mut run = 0;

            while taken.get(*from) == Some(&true) {
                *from += 1;
            }
            for chunk in *from..taken.len() {
                run = if taken[chunk] { 0 } else { run + 1 };
                if run == chunks {
                    let first = chunk + 1 - chunks;

                    taken[first..=chunk].fill(true);
                    return (pack, first);
                }
            }
        }
        self.0.push((vec![false; PACK / CHUNK], 0));
        self.alloc(size)
    }

    fn free(&mut self, blocks: Vec<(Place, usize)>) {
        for ((pack, chunk), size) in blocks {
            let (taken, from) = &mut self.0[pack];

            taken[chunk..chunk + size.div_ceil(CHUNK)].fill(false);
            *from = chunk.min(*from);
        }
    }

    fn packs(&self) -> usize {
        self.0.len()
    }
}

/// Returns how many packs there are after some lifetimes. `victim` chooses who is replaced.
fn churn(heap: &mut impl Heap, seed: u64, victim: impl Fn(&mut Rng, usize) -> usize) -> usize {
    let mut rng = Rng::new(seed);
    let mut waiting = Vec::new();
    let mut live: Vec<(Place, usize)> = (0..LIVE)
        .map(|_| {
            let size = size(&mut rng);

            (heap.alloc(size), size)
        })
        .collect();

    for turn in 0..LIVE * LIFETIMES {
        let at = victim(&mut rng, turn);

        waiting.push(live[at]);
        if waiting.len() == WAITING {
            heap.free(std::mem::take(&mut waiting));
        }
        let size = size(&mut rng);
        live[at] = (heap.alloc(size), size);
    }
    heap.packs()
}

#[test]
fn after_churn_no_more_is_held_than_with_first_fit() {
    let random = |rng: &mut Rng, _: usize| rng.below(LIVE);
    // One in two hardly ever ends.
    let bimodal = |rng: &mut Rng, _: usize| match rng.below(1000) {
        0 => rng.below(LIVE),
        _ => rng.below(LIVE / 2),
    };
    let oldest_first = |_: &mut Rng, turn: usize| turn % LIVE;
    let (mut ours, mut peer) = (0, 0);

    for seed in 1..=3 {
        ours += churn(&mut Ours::default(), seed, random);
        ours += churn(&mut Ours::default(), seed, bimodal);
        ours += churn(&mut Ours::default(), seed, oldest_first);
        peer += churn(&mut FirstFit::default(), seed, random);
        peer += churn(&mut FirstFit::default(), seed, bimodal);
        peer += churn(&mut FirstFit::default(), seed, oldest_first);
    }
    println!("# figure: churn_packs={ours}");
    println!("# figure: churn_packs_first_fit={peer}");
    assert!(ours <= peer, "{ours} packs of {peer}");
}
