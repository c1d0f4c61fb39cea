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
//!     allocator.rs                        what the public functions do
//!     reclaim.rs registry.rs              grace period of a free; address to allocation
//!     allocation.rs stats.rs misuse.rs    records, counters, reports
//!     ----------------------------------------------------------------------
//!     pool.rs                             where an allocation goes
//!     text.rs data.rs                     owned memory, from filled to published
//!     ----------------------------------------------------------------------
//!     write.rs protect.rs                 the write view, permissions
//!     vm.rs budget.rs                     vmalloc ranges, how much of them
//!     params.rs arch.rs arch/*    [pure]  ranges: defaults, inheritance, validation
//!     ----------------------------------------------------------------------
//!     table.rs kfn.rs abi.rs              C's view of the table; unexported functions; bindgen
//!     resolve.c helpers.c
//! ```
//!
//! `unsafe` is at the bottom, where each use argues from an invariant, and at the C boundary.

#![crate_name = "jitalloc"]

mod abi;
mod allocation;
mod allocator;
mod arch;
mod budget;
mod data;
mod debugfs;
mod exports;
mod instance;
mod kfn;
mod misuse;
mod params;
mod pool;
mod protect;
mod reclaim;
mod registry;
mod stats;
mod table;
mod text;
mod vm;
mod write;

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
    },
}

/// The module's state.
///
/// Fields are dropped in order: nothing is shown any more when the allocator shuts down.
#[pin_data]
struct Jitalloc {
    #[pin]
    _files: debugfs::Files,
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
            let limit = usize::clone(&module_parameters::limit.value());
            let allocator = allocator::Allocator::new(kfn, params, limit)?;

            Ok(try_pin_init!(Jitalloc {
                _files <- debugfs::files(allocator.clone()),
                _allocator: instance::Published::new(allocator),
            }))
        })
    }
}
