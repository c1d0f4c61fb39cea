// SPDX-License-Identifier: GPL-2.0

//! Tests of the pure part of the allocator, on the machine that builds it.
//!
//! The files under test are those that the module is built from, not copies. Nothing here needs a
//! kernel: `rustc --test host.rs`.

// A host without the kernel's configuration selects no architecture, and uses no part of a row.
#![allow(dead_code)]

#[path = "../../rust/arch"]
mod arch {
    pub(crate) mod x86;
}
#[path = "../../rust/askers.rs"]
mod askers;
#[path = "../../rust/batches.rs"]
mod batches;
#[path = "../../rust/bits.rs"]
mod bits;
#[path = "../../rust/block.rs"]
mod block;
#[path = "../../rust/demand.rs"]
mod demand;
#[path = "../../rust/free_lists.rs"]
mod free_lists;
#[path = "../../rust/map.rs"]
mod map;
#[path = "../../rust/params.rs"]
mod params;
#[path = "../../rust/policy.rs"]
mod policy;
#[path = "../../rust/records.rs"]
mod records;
#[path = "../../rust/sorted.rs"]
mod sorted;
#[path = "../../rust/supply.rs"]
mod supply;
#[allow(unused_imports)]
#[path = "../../rust/sync.rs"]
mod sync;
#[path = "../../rust/try_lock.rs"]
mod try_lock;

mod naive_map;
mod oracle;
mod rng;

mod test_arch;
mod test_askers;
mod test_batches;
mod test_batches_random;
mod test_bits;
mod test_demand;
mod test_free_lists;
mod test_map;
mod test_map_random;
mod test_map_small;
mod test_params;
mod test_params_fuzz;
mod test_policy;
mod test_records;
mod test_records_random;
mod test_sorted;
mod test_supply;
mod test_try_lock;
