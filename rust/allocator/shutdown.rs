// SPDX-License-Identifier: GPL-2.0

//! Unloading: live blocks are reported, and all memory is given back.

use kernel::{
    bindings,
    prelude::*,
    sync::ArcBorrow,
    workqueue::{DelayedWork, Work},
};

use crate::{
    allocator::Allocator,
    params::JitType,
    sys::{
        abi,
        atomic::{Relaxed, SeqCst},
    },
};

impl Allocator {
    /// Reports and frees live blocks, and gives all memory back.
    ///
    /// # Context
    ///
    /// Process context, sleeps. When no other function can be called any more.
    pub(crate) fn shut_down(this: ArcBorrow<'_, Allocator>) {
        // SAFETY: May be called from process context.
        unsafe { abi::jit_helper_wake_sync() };
        this.is_closing.store(1, SeqCst);
        // There are no frees any more, so the work is queued by itself only; once more if it has
        // not seen the flag.
        for _ in 0..2 {
            // SAFETY: The work is initialised.
            unsafe {
                let work = Work::raw_get(DelayedWork::raw_as_work(&raw const this.work));

                bindings::flush_delayed_work(kernel::container_of!(
                    work,
                    bindings::delayed_work,
                    work
                ));
            }
        }

        let (mut nr, mut bytes) = (0_usize, 0_usize);
        for ty in JitType::ALL {
            let live = this.live(ty);

            nr = nr.wrapping_add(live.count);
            bytes = bytes.wrapping_add(live.bytes);
        }
        if nr > 0 {
            pr_warn!("{nr} allocations of {bytes} bytes were never freed\n");
        }

        this.caches.lock().destroy_all();
        this.is_short.store(1, Relaxed);
        this.reclaim();
        this.reclaimer.lock().clear(
            &this.pools,
            &this.names,
            &this.registry,
            &this.stats,
            &this.accounts,
        );
    }
}
