#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Functions that sleep, where nobody may.
#
# boot: misuse
# expect: 81 WARNING: .*jit_helper_warn
# arch: x86 arm64: Debian's kernel for arm does not count what has preemption off

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

misuse_test 82 jit_test_context sleep 81
