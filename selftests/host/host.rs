// SPDX-License-Identifier: GPL-2.0

//! Tests of the pure part of the allocator, on the machine that builds it.
//!
//! The files under test are those that the module is built from, not copies. Nothing here needs a
//! kernel: `rustc --test host.rs`.

// A host without the kernel's configuration selects no architecture, and uses no part of a row.
#![allow(dead_code, unused_imports)]

#[path = "../../rust"]
mod tree {
    pub(crate) mod arch {
        pub(crate) mod arm {
            pub(crate) mod params;
        }
        pub(crate) mod arm64 {
            pub(crate) mod params;
        }
        pub(crate) mod loongarch {
            pub(crate) mod params;
        }
        pub(crate) mod mips {
            pub(crate) mod params;
        }
        pub(crate) mod nios2 {
            pub(crate) mod params;
        }
        pub(crate) mod parisc {
            pub(crate) mod params;
        }
        pub(crate) mod powerpc {
            pub(crate) mod params;
        }
        pub(crate) mod riscv {
            pub(crate) mod params;
        }
        pub(crate) mod s390 {
            pub(crate) mod params;
        }
        pub(crate) mod sparc {
            pub(crate) mod params;
        }
        pub(crate) mod um {
            pub(crate) mod params;
        }
        pub(crate) mod x86 {
            pub(crate) mod params;
        }
    }
    pub(crate) mod params;
    pub(crate) mod placement;
    pub(crate) mod pool {
        pub(crate) mod histogram;
    }
    pub(crate) mod sys {
        pub(crate) mod atomic;
        pub(crate) mod try_lock;
    }
}

use tree::{arch, params, placement, pool, sys};

mod naive_map;
mod oracle;
mod record_oracle;
mod rng;

mod test_active_cpus;
mod test_arch;
mod test_batches;
mod test_batches_random;
mod test_birth;
mod test_bitmap;
mod test_churn;
mod test_free_records;
mod test_freelists;
mod test_histogram;
mod test_map;
mod test_map_random;
mod test_map_small;
mod test_occupancy;
mod test_params;
mod test_params_fuzz;
mod test_policy;
mod test_random_start;
mod test_reclaimed;
mod test_records;
mod test_records_random;
mod test_rows;
mod test_rows_symbolic;
mod test_scatter;
mod test_stain;
mod test_try_lock;
mod test_watermarks;
