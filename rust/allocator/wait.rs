// SPDX-License-Identifier: GPL-2.0

//! Waiting for the worker: because of a barrier, or because there is no memory otherwise.

use kernel::time::{delay::fsleep, Delta};

use crate::{
    allocator::Allocator,
    placement::policy,
    sys::{
        atomic::{AtomicU32, SeqCst},
        cpu_hotplug,
        events::Began,
        misuse::Caller,
    },
};

/// Tasks that wait for the worker, until this is dropped.
struct Waiting<'a>(&'a AtomicU32);

impl<'a> Waiting<'a> {
    fn new(waiters: &'a AtomicU32) -> Waiting<'a> {
        waiters.fetch_add(1, SeqCst);
        Waiting(waiters)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// What a task that waits for the worker does once CPU hotplug has been in progress for some time:
/// the grace period of RCU tasks rude cannot end meanwhile, and perhaps the task itself keeps it
/// up.
enum InHotplug {
    /// It gives up.
    GiveUp,
    /// It says so, and waits on.
    Warn(Caller),
}

impl Allocator {
    /// Waits until everything has been reclaimed that was freed before, and nothing is left of
    /// empty packs but the reserve. `caller` waits.
    ///
    /// # Context
    ///
    /// Process context. Sleeps for a grace period if there was anything. Not from a CPU hotplug
    /// callback, nor with `cpus_read_lock()` held.
    pub(crate) fn barrier(&self, caller: Caller) {
        let _waiting = Waiting::new(&self.barriers);

        self.stats().barriers.add(1);
        self.wait_for_run(&InHotplug::Warn(caller));
    }

    /// Waits until everything has been reclaimed that was freed before, and all empty packs have
    /// been given back, because an allocation has no memory otherwise. Returns whether it is worth
    /// another try.
    ///
    /// # Context
    ///
    /// Process context. Sleeps for a grace period if there was anything. In a CPU hotplug callback
    /// it gives up.
    #[cold]
    pub(crate) fn wait_for_memory(&self) -> bool {
        let _waiting = Waiting::new(&self.waiters);

        let began = Began::now();

        self.stats().waits.add(1);
        let is_over = self.wait_for_run(&InHotplug::GiveUp);
        self.stats().wait_ns.add(began.ns());
        is_over
    }

    /// Waits for a run of the worker that begins after the call. Returns whether there was one.
    ///
    /// Nothing wakes this task at the end of the run: it looks from time to time, for it has to
    /// look for CPU hotplug as well.
    fn wait_for_run(&self, in_hotplug: &InHotplug) -> bool {
        let begun = self.runs_begun.load(SeqCst);
        let (mut pause, mut blocked) = (1, 0);

        self.expedite();
        while self.runs_done.load(SeqCst) <= begun {
            fsleep(Delta::from_millis(pause));
            blocked = if cpu_hotplug::is_in_progress() {
                pause.wrapping_add(blocked)
            } else {
                0
            };
            match in_hotplug {
                InHotplug::GiveUp if blocked > policy::PATIENCE_MS => return false,
                InHotplug::Warn(caller) if blocked > policy::STALL_MS => {
                    caller.warn_hotplug();
                    blocked = 0;
                }
                _ => (),
            }
            pause = pause.wrapping_mul(2).min(policy::PAUSE_MS);
        }
        true
    }
}
