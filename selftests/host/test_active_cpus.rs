// SPDX-License-Identifier: GPL-2.0

//! How many CPUs ask.

use crate::placement::active_cpus::{Asked, Askers};

#[test]
fn a_cpu_counts_once() {
    let askers = Askers::new();
    let mut cpus = [Asked::NEVER; 3];

    assert_eq!(askers.nr(), 0);
    for _ in 0..5 {
        askers.ask(&mut cpus[0]);
        assert_eq!(askers.nr(), 1);
    }
    askers.ask(&mut cpus[2]);
    assert_eq!(askers.nr(), 2);
}

/// Two who allocate have room for two right after the worker has begun.
#[test]
fn a_cpu_counts_for_a_round_after_it_has_asked() {
    let askers = Askers::new();
    let mut cpus = [Asked::NEVER; 2];

    for _ in 0..3 {
        for cpu in &mut cpus {
            askers.ask(cpu);
        }
        assert_eq!(askers.nr(), 2);
        askers.next();
        assert_eq!(askers.nr(), 2);
        askers.ask(&mut cpus[1]);
        assert_eq!(askers.nr(), 2);
    }
    askers.next();
    askers.next();
    assert_eq!(askers.nr(), 0);
    askers.ask(&mut cpus[0]);
    assert_eq!(askers.nr(), 1);
}
