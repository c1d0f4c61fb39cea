#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A long run of the worker does not hold up a grace period of RCU tasks, which
# waits for each task that was preempted until that says that it has been elsewhere.
#
# arch: x86 arm64: Debian's kernel for arm does not preempt itself, and has no RCU tasks of its own

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 4 jit_test_grace
run_cases jit_test_grace worker
vm_test_end
