// SPDX-License-Identifier: GPL-2.0

//! Executable memory for loadable modules.
//!
//! Text is never writable and executable: it is read-only and executable from the moment a caller
//! sees it, full of traps until it is written, and written through a mapping that only the writing
//! CPU can reach. Imports go down only:
//!
//! ```text
//!     boundary    what C and Rust say to each other; what root can look at
//!     allocator   what the public functions do: allocate, write, free, reclaim
//!     pool        packs of one address range, their locks, and per-CPU caches in front of them
//!     placement   where in a pack a block goes, and what is known of it            [pure]
//!     memory      text and data as types: address ranges, permissions, the budget
//!     arch        one directory for each architecture
//!     params      JitAllocParams: defaults, inheritance, validation                [pure]
//!     sys         thin views of the kernel, and the unexported functions
//! ```
//!
//! `unsafe` is at the bottom, where each use argues from an invariant, and at the C boundary.

#![crate_name = "jitalloc"]

mod allocator;
mod arch;
mod boundary;
mod memory;
mod params;
mod placement;
mod pool;
mod sys;

use kernel::prelude::*;

use crate::{
    allocator::Allocator,
    boundary::{
        debugfs::Files,
        instance::Published,
        options,
        owners::Owners,
        shrinker::Shrinker, //
    },
    sys::{fault, kfn::Kfn},
};

module! {
    type: Jitalloc,
    name: "jitalloc",
    authors: ["The jitalloc developers"],
    description: "Executable memory for loadable modules",
    license: "GPL",
}

/// The module's state.
///
/// Fields are dropped in order: nothing is shown any more when the allocator shuts down.
struct Jitalloc {
    _owners: Owners,
    _files: Files,
    _shrinker: Shrinker,
    _allocator: Published,
    #[cfg(jitalloc_faults)]
    _faults: fault::Files,
}

impl kernel::Module for Jitalloc {
    fn init(_module: &'static ThisModule) -> Result<Jitalloc> {
        #[cfg(jitalloc_faults)]
        let faults = fault::Files::new();

        arch::check()?;
        let kfn = Kfn::resolve()?;
        let layout = arch::layout(kfn)?;
        fault::point!(params);
        let params = arch::params(&layout).validate(&layout).map_err(|invalid| {
            let (name, fault) = (invalid.jit_type.name(), invalid.fault.message());
            pr_err!("the range of {name} {fault}\n");
            EINVAL
        })?;
        let allocator = Allocator::new(
            kfn,
            layout,
            params,
            options::is_hardened(),
            options::pred_flush(kfn),
        )?;
        let allocator = options::publish(allocator)?;

        Ok(Jitalloc {
            _owners: Owners::new()?,
            _shrinker: Shrinker::new()?,
            _files: Files::new(),
            _allocator: allocator,
            #[cfg(jitalloc_faults)]
            _faults: faults,
        })
    }
}
