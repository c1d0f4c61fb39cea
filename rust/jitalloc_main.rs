// SPDX-License-Identifier: GPL-2.0

//! Executable memory for loadable modules.
//!
//! Text is never writable and executable: it is read-only and executable from the moment a caller
//! sees it, full of traps until it is written, and written through a mapping that only the writing
//! CPU can reach. Imports go down only:
//!
//! ```text
//!     exports.c exports.rs debugfs.rs     C boundary; what root can look at
//!     instance.rs                         the one allocator
//!     ----------------------------------------------------------------------
//!     allocator.rs find.rs update.rs      what the public functions do
//!     worker.rs                           when freed memory is taken back
//!     cache.rs                            private pools
//!     reclaim.rs kick.rs shrinker.rs      grace period of a free; who tells the worker
//!     registry.rs                         address to pack
//!     ----------------------------------------------------------------------
//!     pool.rs settle.rs magazine.rs       packs of one range; their worker; what a CPU has at hand
//!     packs.rs entry.rs pack.rs arena.rs  memory that many share, records of who has what
//!     stats.rs misuse.rs vec.rs           counters, reports, vectors
//!     map.rs bits.rs              [pure]  which parts are free
//!     records.rs block.rs supply.rs [pure] whose the others are; records of none
//!     free_lists.rs demand.rs     [pure]  freed blocks that stay what they are, and how many
//!     batches.rs sorted.rs        [pure]  blocks of one length; those that come back
//!     policy.rs askers.rs         [pure]  how large things are; how many CPUs ask
//!     try_lock.rs                 [pure]  a lock that is only tried
//!     ----------------------------------------------------------------------
//!     text.rs data.rs                     owned memory, from filled to published
//!     view.rs protect.rs                  the write view, permissions
//!     vm.rs rox.rs budget.rs              pages, how many of them
//!     params.rs arch.rs arch/*    [pure]  ranges: defaults, inheritance, validation
//!     ----------------------------------------------------------------------
//!     table.rs kfn.rs abi.rs              C's view of the table; unexported functions; bindgen
//!     irq.rs preempt.rs sync.rs           what is off for a while; atomics
//!     resolve.c view.c helpers.c
//! ```
//!
//! `unsafe` is at the bottom, where each use argues from an invariant, and at the C boundary.

#![crate_name = "jitalloc"]

mod abi;
mod allocator;
mod arch;
mod arena;
mod askers;
mod batches;
mod bits;
mod block;
mod budget;
mod cache;
mod data;
mod debugfs;
mod demand;
mod entry;
mod exports;
mod find;
mod free_lists;
mod instance;
mod irq;
mod kfn;
mod kick;
mod magazine;
mod map;
mod misuse;
mod pack;
mod packs;
mod params;
mod policy;
mod pool;
mod preempt;
mod protect;
mod reclaim;
mod records;
mod registry;
mod rox;
mod settle;
mod shrinker;
mod sorted;
mod stats;
mod supply;
mod sync;
mod table;
mod text;
mod try_lock;
mod update;
mod vec;
mod view;
mod vm;
mod worker;

use kernel::prelude::*;

module! {
    type: Jitalloc,
    name: "jitalloc",
    authors: ["The jitalloc developers"],
    description: "Executable memory for loadable modules",
    license: "GPL",
    params: {
        limit: usize {
            default: 0,
            description: "bytes that all allocations together may hold (0: half of memory)",
        },
        reserve: usize {
            default: 2097152,
            description: "bytes of empty packs that each pool keeps for the next need",
        },
    },
}

/// The module's state.
///
/// Fields are dropped in order: nothing is shown any more when the allocator shuts down.
#[pin_data]
struct Jitalloc {
    #[pin]
    _files: debugfs::Files,
    _shrinker: shrinker::Shrinker,
    _allocator: instance::Published,
}

impl kernel::InPlaceModule for Jitalloc {
    fn init(_module: &'static ThisModule) -> impl PinInit<Jitalloc, Error> {
        pin_init::pin_init_scope(|| {
            let kfn = kfn::Kfn::resolve()?;
            let layout = kfn.layout()?;
            let params = arch::params(&layout).validate(&layout).map_err(|invalid| {
                let (name, fault) = (invalid.jit_type.name(), invalid.fault.message());
                pr_err!("the range of {name} {fault}\n");
                EINVAL
            })?;
            // Linux 7.2 has a reference here, 7.3 the value.
            let options = allocator::Options {
                limit: usize::clone(&module_parameters::limit.value()),
                reserve: usize::clone(&module_parameters::reserve.value()),
            };
            let allocator = allocator::Allocator::new(kfn, layout, params, &options)?;

            Ok(try_pin_init!(Jitalloc {
                _files <- debugfs::files(allocator.clone()),
                _shrinker: shrinker::Shrinker::new()?,
                _allocator: instance::Published::new(allocator),
            }))
        })
    }
}
