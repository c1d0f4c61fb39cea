// SPDX-License-Identifier: GPL-2.0

//! What a module leaves when it goes away, and what stays known of its callers.
//!
//! A block has the address of its caller, which says whose it is as long as the module is there. So
//! when that goes, nothing of it remains: what is left is freed, and what was freed is reclaimed
//! before the module's addresses can be another's.

use crate::{
    allocator::{reclaim::synchronize_readers, Allocator},
    params::JitType,
    sys::{misuse::Caller, module::Module},
};

/// Most lines in the log about callers of a module.
const LINES: usize = 16;

/// What was left of one caller.
#[derive(Clone, Copy)]
struct Left {
    caller: Option<Caller>,
    count: usize,
    bytes: usize,
}

/// What was left, by callers; the last place is of all that have no other.
struct Leftovers([Left; LINES]);

impl Leftovers {
    const NONE: Left = Left {
        caller: None,
        count: 0,
        bytes: 0,
    };

    fn add(&mut self, caller: Caller, bytes: usize) {
        let [places @ .., others] = &mut self.0;
        let place = places.iter_mut().find(|left| match left.caller {
            Some(known) => known.0 == caller.0,
            None => true,
        });
        let left = match place {
            Some(place) => {
                place.caller = Some(caller);
                place
            }
            None => others,
        };

        left.count = left.count.wrapping_add(1);
        left.bytes = left.bytes.wrapping_add(bytes);
    }
}

impl Allocator {
    /// A module is about to be initialised, which may be an owner.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn begin_init(&self, module: Module) {
        self.accounts.open(module);
    }

    /// A module is no owner.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn forget(&self, module: Module) {
        self.accounts.close(module);
    }

    /// Forgets the callers of a module's initialisation, whose addresses go now: the blocks are the
    /// module's as a whole.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub(crate) fn end_init(&self, module: Module) {
        let owner = module.initialisation();

        self.registry.each_live(|pack, live| {
            if module.has_in_init(Caller::from_u32(live.block.owner())) {
                pack.set_owner(live, owner.to_u32());
            }
        });
        self.caches.lock().set_owner(module);
        // Who frees such a block just now may have seen the owner that it had.
        synchronize_readers();
        self.accounts.end_init(module);
    }

    /// Frees what a module that goes away has left, names it in the log, and waits until all that it
    /// has freed is reclaimed: until then a task may come back from the text into the module.
    ///
    /// # Context
    ///
    /// Process context, sleeps for a grace period. Nothing of the module allocates or frees any
    /// more.
    pub(crate) fn disown(&self, module: Module) {
        let mut left = Leftovers([Leftovers::NONE; LINES]);

        self.registry.each_live(|pack, live| {
            let owner = Caller::from_u32(live.block.owner());

            if !module.has(owner) {
                return;
            }
            // It is the same block: one that is freed meanwhile is not reused before the read lock
            // is given back.
            if let Some((block, _)) = pack.kill(live.addr) {
                left.add(owner, live.size);
                if block.is_counted() {
                    self.accounts.remove(block, live.size);
                }
                if let Some(ty) = JitType::from_raw(block.ty()) {
                    self.stats().free(ty, live.size);
                }
            }
        });
        for left in left.0.iter().filter(|left| left.count > 0) {
            module.has_left(left.caller, left.count, left.bytes);
        }

        let caches = self.caches.lock().destroy_of(module);
        if caches > 0 {
            module.has_left_caches(caches);
        }
        self.barrier(module.initialisation());
        // Somebody else may just have freed a block of it.
        synchronize_readers();
        self.accounts.close(module);
    }
}
