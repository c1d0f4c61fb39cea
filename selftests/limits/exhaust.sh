#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# All memory is taken, and comes back; nobody else is killed for it.
#
# boot: own
# timeout: 240

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 10 jit_test_limits
run_cases jit_test_limits exhaust
ktap_check "nobody was killed" test "$(log_count 'Out of memory|oom-kill')" = 0
vm_test_end
