#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Freed text stays as long as a task is running in it, and counts as waiting: the
# loop that the task is in, and a byte that was freed after it.
#
# arch: x86 arm64: Debian's kernel for arm does not preempt itself, so a task in a loop stops a CPU

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 10 jit_test_grace
case $(uname -m) in
x86_64) loop=14 ;;
armv*) loop=32 ;;
*) loop=28 ;;
esac
run_cases jit_test_grace enter
ktap_check_equal "what waits is counted" "$(stat_of pending_bytes)" $((loop + 1))
run_cases jit_test_grace leave
ktap_check_equal "nothing waits any more" "$(stat_of pending_bytes)" 0
vm_test_end
