#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The limit of the module is kept, by the allocations and by the machine.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

LIMIT=$((16 << 20))

unload_modules jitalloc
load_module jitalloc limit=$LIMIT
vm_test_begin 17 jit_test_limits
ktap_check_equal "debugfs shows the limit" "$(stat_of limit_bytes)" $LIMIT
run_cases jit_test_limits limit
ktap_check_equal "what was refused is counted" "$(stat_of failures)" 6
vm_test_end
