#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Text that is written in place counts for the limit of all, and of its owner.
#
# timeout: 180

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

PARAMS=/sys/module/jitalloc/parameters

unload_modules jitalloc
load_module jitalloc reserve=0
vm_test_begin 9 jit_test_in_place
echo 65536 >$PARAMS/owner_limit
run_cases jit_test_in_place owner_limit
ktap_check_equal "the log names the owner once" "$(log_count 'jit_test_in_place.*owner_limit')" 1
echo 0 >$PARAMS/owner_limit
echo $((2 << 20)) >$PARAMS/limit
run_cases jit_test_in_place limit
echo 0 >$PARAMS/limit
ktap_check_equal "nothing is held" "$(stat_of held_bytes)" 0
vm_test_end
