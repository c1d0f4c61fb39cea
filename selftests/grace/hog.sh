#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An allocation waits for a grace period if there is no other way to get memory,
# and only then.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

reload
vm_test_begin 8 jit_test_hog
run_cases jit_test_hog pairs
ktap_check_equal "below the limit, none has waited" "$(stat_of waits)" 0

unload_modules jit_test_hog
reload limit=$((8 << 20))
load_module jit_test_hog
run_cases jit_test_hog fill
waits=$(stat_of waits)
run_cases jit_test_hog wait
ktap_check "at the limit, it is counted ($waits, $(stat_of waits))" \
	test "$(stat_of waits)" -gt "$waits"
vm_test_end
