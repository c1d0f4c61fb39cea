#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Functions that sleep, in an RCU read-side critical section, and those that are
# allowed there.
#
# boot: misuse
# expect: 8 WARNING: .*jit_helper_warn
# arch: x86 arm64: Debian's kernel for arm does not preempt itself, and does not know who reads

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

misuse_test 12 jit_test_context reader 8
