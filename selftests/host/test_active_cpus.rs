// SPDX-License-Identifier: GPL-2.0

//! How many CPUs ask.

use crate::placement::active_cpus::{ActiveCpus, LastActive};

#[test]
fn a_cpu_counts_once() {
    let active_cpus = ActiveCpus::new();
    let mut cpus = [LastActive::NEVER; 3];

    assert_eq!(active_cpus.nr(), 0);
    for _ in 0..5 {
        active_cpus.ask(&mut cpus[0]);
        assert_eq!(active_cpus.nr(), 1);
    }
    active_cpus.ask(&mut cpus[2]);
    assert_eq!(active_cpus.nr(), 2);
}

/// Two who allocate have room for two right after the worker has begun.
#[test]
fn a_cpu_counts_for_a_round_after_it_has_asked() {
    let active_cpus = ActiveCpus::new();
    let mut cpus = [LastActive::NEVER; 2];

    for _ in 0..3 {
        for cpu in &mut cpus {
            active_cpus.ask(cpu);
        }
        assert_eq!(active_cpus.nr(), 2);
        active_cpus.next();
        assert_eq!(active_cpus.nr(), 2);
        active_cpus.ask(&mut cpus[1]);
        assert_eq!(active_cpus.nr(), 2);
    }
    active_cpus.next();
    active_cpus.next();
    assert_eq!(active_cpus.nr(), 0);
    active_cpus.ask(&mut cpus[0]);
    assert_eq!(active_cpus.nr(), 1);
}
