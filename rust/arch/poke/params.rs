// SPDX-License-Identifier: GPL-2.0

//! Every type in the module area, a page at a time.

use crate::params::{JitAllocParams, JitRange, Layout, Prot, NR_TYPES};

/// A byte that is no instruction, or ends one. The kernel that builds this port for its tests is
/// x86, where it is `INT3`.
pub(crate) const TRAP: [u8; 1] = [0xcc];

/// Returns the table of ranges: one range, which all other types inherit.
pub(crate) fn params(layout: &Layout) -> JitAllocParams {
    let mut ranges = [JitRange::INHERITED; NR_TYPES];

    ranges[0] = JitRange {
        start: layout.modules_start,
        end: layout.modules_end,
        prot: Prot::Kernel,
        alignment: layout.modules_align,
        ..JitRange::INHERITED
    };
    JitAllocParams { ranges }
}
