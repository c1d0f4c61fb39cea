// SPDX-License-Identifier: GPL-2.0

//! Which parts of a pack are free, and where in it an allocation goes.
//!
//! A pack is divided into grains, and a bit says of each whether it is free. Runs of free grains
//! are sorted into classes by length. A leaf covers a few words of bits and knows the classes of
//! the runs that begin in it; the tree over the leaves knows the classes that are below each node.
//! So a run of the right class is found, and a change recorded, in time that grows with the
//! logarithm of the pack's size, whatever else is allocated.
//!
//! The policy is good fit: a run of the class of the request, or of the smallest class above it,
//! and of those the one at the lowest address.
//!
//! Pure: imports `core` and `bitmap.rs` only, so that the host can test it. Arithmetic wraps and
//! slices are read by `get()`, so that nothing can panic.

mod scatter;

use core::ops::{DerefMut, Range};

use crate::placement::bitmap::{self, WORD};

/// Words below a leaf of the tree.
const LEAF_WORDS: usize = 8;
/// Grains below a leaf of the tree.
const LEAF: usize = LEAF_WORDS * WORD;

/// Largest number of grains of a map.
pub(crate) const MAX_GRAINS: usize = 1 << 20;

/// Runs of a class that may be too short before the next larger class is taken.
const TRIES: usize = 8;

/// A class of lengths of runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class(u32);

impl Class {
    /// Lengths up to this have a class each.
    const EXACT: usize = 16;
    /// Each power of two above is divided into this many classes.
    const PARTS: u32 = 4;
    /// All lengths from this on are in the last class.
    const CAP: usize = 2048;
    /// The last class.
    const LAST: Class = Class::of(Class::CAP);

    /// Returns the class of runs of `len` grains, which is not zero.
    pub(crate) const fn of(len: usize) -> Class {
        if len <= Class::EXACT {
            // CAST: It is small.
            return Class(len.wrapping_sub(1) as u32);
        }
        let len = if len < Class::CAP { len } else { Class::CAP };
        let log = len.ilog2();
        let part = len.wrapping_shr(log.wrapping_sub(Class::PARTS.ilog2())) as u32;

        // The parts of the power of two are numbered from PARTS to 2 * PARTS - 1.
        Class(
            log.wrapping_sub(Class::EXACT.ilog2().wrapping_add(1))
                .wrapping_mul(Class::PARTS)
                .wrapping_add(part)
                .wrapping_add(Class::EXACT as u32),
        )
    }

    /// Returns the class above, if there is one.
    pub(crate) fn next(self) -> Option<Class> {
        (self < Class::LAST).then(|| Class(self.0.wrapping_add(1)))
    }

    /// Returns whether every run of this class has at least `len` grains, for a `len` of this class
    /// or one below.
    fn always_fits(self, len: usize) -> bool {
        Class::of(len) < self || len <= Class::EXACT || (len == Class::CAP)
    }
}

const _: () = assert!(Class::LAST.0 < u64::BITS);

/// A set of classes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Classes(u64);

impl Classes {
    /// The empty set.
    pub(crate) const NONE: Classes = Classes(0);

    fn with(self, class: Class) -> Classes {
        Classes(self.0 | 1_u64.wrapping_shl(class.0))
    }

    fn or(self, other: Classes) -> Classes {
        Classes(self.0 | other.0)
    }

    fn has(self, class: Class) -> bool {
        self.0.wrapping_shr(class.0) & 1 != 0
    }

    /// Returns whether there is a class in the set that is not below `class`.
    #[inline]
    pub(crate) fn reaches(self, class: Class) -> bool {
        self.0.wrapping_shr(class.0) != 0
    }

    /// Returns the smallest class of the set that is not below `class`.
    #[inline]
    pub(crate) fn from(self, class: Class) -> Option<Class> {
        let found = self.0.wrapping_shr(class.0).trailing_zeros();

        (found < u64::BITS).then(|| Class(class.0.wrapping_add(found)))
    }
}

/// A fault of the caller: the grains are not what it says they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch;

/// The free grains of a pack.
///
/// # Invariants
///
/// - `bits` holds those of `grains` grains, rounded up to leaves with bits that are not set.
/// - `tree` has the root as node 1, the children of node n as 2n and 2n + 1, and the leaves as the
///   last `leaves` nodes.
/// - A leaf holds the classes of the runs that begin in it, any other node those of its children.
/// - `free` is the number of bits that are set, and `root` what node 1 holds.
pub(crate) struct Map<S> {
    bits: S,
    tree: S,
    root: Classes,
    grains: usize,
    leaves: usize,
    free: usize,
}

impl<S: DerefMut<Target = [u64]>> Map<S> {
    /// Returns how many words a map of that many grains needs for bits, and for the tree.
    pub(crate) fn words(grains: usize) -> (usize, usize) {
        let leaves = Map::<S>::leaves(grains);

        (leaves.wrapping_mul(LEAF_WORDS), leaves.wrapping_mul(2))
    }

    fn leaves(grains: usize) -> usize {
        let leaves = grains.div_ceil(LEAF);

        leaves.checked_next_power_of_two().unwrap_or(leaves)
    }

    /// Makes a map of free grains in `bits` and `tree`.
    ///
    /// Returns [`None`] if these have not as many words as they must, or if there are no grains, or
    /// more than [`MAX_GRAINS`].
    pub(crate) fn new(bits: S, tree: S, grains: usize) -> Option<Map<S>> {
        let words = (bits.len(), tree.len());
        if grains == 0 || grains > MAX_GRAINS || words != Map::<S>::words(grains) {
            return None;
        }
        // INVARIANT: Established by `update()` over all grains.
        let mut map = Map {
            bits,
            tree,
            root: Classes::NONE,
            grains,
            leaves: Map::<S>::leaves(grains),
            free: grains,
        };

        map.bits.fill(0);
        map.tree.fill(0);
        bitmap::set(&mut map.bits, 0..grains, true);
        map.update(0..grains);
        Some(map)
    }

    /// Returns the number of free grains.
    pub(crate) fn free(&self) -> usize {
        self.free
    }

    /// Returns the bits: a one is a free grain.
    pub(crate) fn bits(&self) -> &[u64] {
        &self.bits
    }

    /// Returns how many words it has.
    pub(crate) fn words_held(&self) -> usize {
        self.bits.len().wrapping_add(self.tree.len())
    }

    /// Returns the classes of which there are runs.
    #[inline]
    pub(crate) fn classes(&self) -> Classes {
        self.root
    }

    /// Takes up to `most` times `len` grains from runs of `class`, which is that of `len` or one
    /// above. Calls `taken` with the first grain of each, and returns how often.
    ///
    /// All are from one place, so that the cost does not grow with the number.
    pub(crate) fn take(
        &mut self,
        class: Class,
        len: usize,
        most: usize,
        mut taken: impl FnMut(usize),
    ) -> usize {
        let mut tries = if class == Class::LAST {
            usize::MAX
        } else {
            TRIES
        };
        let mut leaf = self.first_leaf(class);
        let mut nr = 0_usize;

        while let Some(this) = leaf {
            let start = this.wrapping_mul(LEAF);
            let mut at = start;
            let mut changed = start..start;

            while let Some(run) = self.run_from(at, start.wrapping_add(LEAF), len) {
                at = run.end;
                if Class::of(bitmap::length(&run)) != class {
                    continue;
                }
                let fits = bitmap::length(&run).checked_div(len).unwrap_or(0);
                if fits == 0 {
                    tries = tries.wrapping_sub(1);
                    if tries == 0 {
                        break;
                    }
                    continue;
                }
                let times = fits.min(most.wrapping_sub(nr));
                for i in 0..times {
                    taken(run.start.wrapping_add(i.wrapping_mul(len)));
                }
                let end = run.start.wrapping_add(times.wrapping_mul(len));
                bitmap::set(&mut self.bits, run.start..end, false);
                changed.end = end;
                nr = nr.wrapping_add(times);
                if nr == most {
                    break;
                }
            }
            if nr > 0 {
                self.update(changed);
                self.free = self.free.wrapping_sub(nr.wrapping_mul(len));
                return nr;
            }
            if tries == 0 || class.always_fits(len) {
                break;
            }
            leaf = self.next_leaf(this, class);
        }
        0
    }

    /// Makes grains free again.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] if some of them are free, or there are no such grains; nothing is changed then.
    pub(crate) fn give(&mut self, grains: Range<usize>) -> Result<(), Mismatch> {
        if grains.is_empty()
            || grains.end > self.grains
            || bitmap::next(&self.bits, grains.start, grains.end, true) != grains.end
        {
            return Err(Mismatch);
        }
        bitmap::set(&mut self.bits, grains.clone(), true);
        self.update(grains.clone());
        self.free = self.free.wrapping_add(bitmap::length(&grains));
        Ok(())
    }

    /// Returns the first leaf in which a run of `class` begins.
    fn first_leaf(&self, class: Class) -> Option<usize> {
        if !self.root.has(class) {
            return None;
        }
        let mut node = 1_usize;

        while node < self.leaves {
            node = node.wrapping_mul(2);
            if !self.node(node).has(class) {
                node = node.wrapping_add(1);
            }
        }
        Some(node.wrapping_sub(self.leaves))
    }

    /// Returns the first leaf behind `leaf` in which a run of `class` begins.
    fn next_leaf(&self, leaf: usize, class: Class) -> Option<usize> {
        (leaf.wrapping_add(1)..self.leaves)
            .find(|leaf| self.node(self.leaves.wrapping_add(*leaf)).has(class))
    }

    /// Returns the first run that begins in `at..end`, without what is longer than both
    /// [`Class::CAP`] and `enough`.
    fn run_from(&self, at: usize, end: usize, enough: usize) -> Option<Range<usize>> {
        let end = end.min(self.grains);
        let mut start = bitmap::next(&self.bits, at, end, true);

        // A run that has begun before `at` does not count.
        if start == at && at > 0 && bitmap::is_set(&self.bits, at.wrapping_sub(1)) {
            let behind = bitmap::next(&self.bits, at, end, false);

            start = bitmap::next(&self.bits, behind, end, true);
        }
        if start >= end {
            return None;
        }
        let limit = start
            .saturating_add(enough.max(Class::CAP))
            .min(self.grains);

        Some(start..bitmap::next(&self.bits, start, limit, false))
    }

    fn node(&self, node: usize) -> Classes {
        Classes(self.tree.get(node).copied().unwrap_or(0))
    }

    /// Returns whether that is a change.
    fn set_node(&mut self, node: usize, classes: Classes) -> bool {
        match self.tree.get_mut(node) {
            Some(word) if *word != classes.0 => {
                *word = classes.0;
                true
            }
            _ => false,
        }
    }

    /// Makes the tree say what the bits of `grains` say.
    fn update(&mut self, grains: Range<usize>) {
        let first = grains.start / LEAF;
        // A run that begins right behind them has become one, or is part of a longer one now.
        let last = (grains.end / LEAF).min(self.leaves.wrapping_sub(1));
        // The run that they are part of may begin far before them.
        let limit = grains.start.saturating_sub(Class::CAP);
        let begin = bitmap::run_before(&self.bits, grains.start, limit) / LEAF;

        if begin != first {
            self.update_leaf(begin);
        }
        for leaf in first..=last {
            self.update_leaf(leaf);
        }
    }

    /// Returns the classes of the runs that begin in a leaf.
    fn classes_of(&self, leaf: usize) -> Classes {
        let start = leaf.wrapping_mul(LEAF);
        let end = start.wrapping_add(LEAF);
        let first = leaf.wrapping_mul(LEAF_WORDS);
        let words = self.bits.get(first..first.wrapping_add(LEAF_WORDS));
        let mut classes = Classes::NONE;
        // How long the run is that goes on at the end of a word. One that has begun before the leaf
        // does not count.
        let mut open = 0_usize;
        let mut is_ours = start == 0 || !bitmap::is_set(&self.bits, start.wrapping_sub(1));

        for word in words.unwrap_or(&[]) {
            let mut rest = *word;
            let mut left = WORD;

            if rest == u64::MAX {
                open = open.wrapping_add(WORD);
                continue;
            }
            if rest == 0 && open == 0 {
                is_ours = true;
                continue;
            }
            loop {
                let ones = rest.trailing_ones() as usize;

                open = open.wrapping_add(ones);
                if ones >= left {
                    break;
                }
                if open > 0 {
                    if is_ours {
                        classes = classes.with(Class::of(open));
                    }
                    open = 0;
                }
                is_ours = true;
                // CAST: Both are less than the bits of a word.
                rest = rest.wrapping_shr(ones as u32);
                if rest == 0 {
                    break;
                }
                let zeroes = rest.trailing_zeros() as usize;
                rest = rest.wrapping_shr(zeroes as u32);
                left = left.wrapping_sub(ones).wrapping_sub(zeroes);
            }
        }
        if open > 0 && is_ours {
            let limit = end.saturating_add(Class::CAP).min(self.grains);
            let behind = bitmap::next(&self.bits, end, limit, false).wrapping_sub(end);

            classes = classes.with(Class::of(open.wrapping_add(behind)));
        }
        classes
    }

    fn update_leaf(&mut self, leaf: usize) {
        let mut classes = self.classes_of(leaf);
        let mut node = self.leaves.wrapping_add(leaf);
        while self.set_node(node, classes) && node > 1 {
            node /= 2;
            let left = node.wrapping_mul(2);
            classes = self.node(left).or(self.node(left.wrapping_add(1)));
        }
        self.root = self.node(1);
    }
}
