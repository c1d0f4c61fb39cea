// SPDX-License-Identifier: GPL-2.0

//! What is live, by who has allocated it.

use kernel::{prelude::*, rbtree::RBTree, sync::rcu};

use crate::{
    allocator::{walk::Walk, Allocator},
    params::{JitType, NR_TYPES},
    pool::stats::Sum,
    sys::{fault, misuse::Caller},
};

/// What a caller has.
#[derive(Clone, Copy, Default)]
pub(crate) struct Holdings {
    /// Text of each type.
    pub(crate) text: [Sum; NR_TYPES],
    /// Data of each type.
    pub(crate) data: [Sum; NR_TYPES],
}

impl Holdings {
    /// Adds another's.
    pub(crate) fn add(&mut self, other: &Holdings) {
        let add = |to: &mut [Sum; NR_TYPES], from: &[Sum; NR_TYPES]| {
            for (to, from) in to.iter_mut().zip(from) {
                *to = to.and(*from);
            }
        };

        add(&mut self.text, &other.text);
        add(&mut self.data, &other.data);
    }
}

impl Allocator {
    /// Adds up what each caller has, and calls `visit` with each.
    ///
    /// # Errors
    ///
    /// `ENOMEM`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn by_caller(&self, mut visit: impl FnMut(Caller, &Holdings) -> Result) -> Result {
        let mut callers: RBTree<u32, Holdings> = RBTree::new();
        let mut walk = Walk::new();

        loop {
            let reading = rcu::read_lock();
            let Some((pack, live)) = walk.next(&self.registry, &reading) else {
                break;
            };
            let is_text = pack.memory().is_text();
            drop(reading);

            let owner = live.block.owner();
            let Some(ty) = JitType::from_raw(live.block.ty()) else {
                continue;
            };
            if callers.get(&owner).is_none() {
                fault::point!(
                    owners_node,
                    callers.try_create_and_insert(owner, Holdings::default(), GFP_KERNEL)
                )?;
            }
            if let Some(holdings) = callers.get_mut(&owner) {
                let of_kind = if is_text {
                    &mut holdings.text
                } else {
                    &mut holdings.data
                };
                let sum = &mut of_kind[ty.index()];

                *sum = sum.and(Sum {
                    count: 1,
                    bytes: live.size,
                });
            }
        }
        for (owner, holdings) in callers.iter() {
            visit(Caller::from_u32(*owner), holdings)?;
        }
        Ok(())
    }
}
