#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A write of text in the middle of another on the same CPU is refused.
#
# boot: own
# timeout: 60
# arch: x86: elsewhere no function that can be probed runs in the middle of a write

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 26 jit_test_nested
run_cases jit_test_nested kprobe tracepoint
vm_test_end
