// SPDX-License-Identifier: GPL-2.0

//! Thin views of the kernel.

pub(crate) mod abi;
pub(crate) mod atomic;
pub(crate) mod cpu_hotplug;
pub(crate) mod events;
pub(crate) mod extable;
pub(crate) mod fault;
#[allow(dead_code, reason = "for ports that write with interrupts off")]
pub(crate) mod irq;
pub(crate) mod kfn;
pub(crate) mod misuse;
pub(crate) mod module;
pub(crate) mod pred_flush;
pub(crate) mod preempt;
pub(crate) mod random;
pub(crate) mod rcu;
pub(crate) mod symbol;
pub(crate) mod try_lock;
pub(crate) mod vec;
