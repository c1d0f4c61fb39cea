#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Freed blocks are used again as they are, and are in nobody's way.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

# with_reserve BYTES
with_reserve() {
	unload_modules jit_test_kept jitalloc
	load_module jitalloc "reserve=$1"
	load_module jit_test_kept
}

unload_modules jitalloc
vm_test_begin 44 jit_test_kept

with_reserve $((64 << 20))
run_cases jit_test_kept again others waiting

# What stays what it is does not keep its pack.
with_reserve 0
run_cases jit_test_kept again
ktap_check_equal "reserve=0: nothing is held" "$(stat_of held_bytes)" 0
ktap_check_equal "reserve=0: there is no pack" "$(stat_of packs)" 0
ktap_check_equal "no allocation is live" "$(live_count)" 0

# What is needed again and again is not given back meanwhile,
with_reserve 0
run_cases jit_test_kept steady
ktap_print_msg "steady: $(stat_of packs_made) packs made, $(stat_of held_bytes) bytes held"
# but when nobody needs it any more.
for ((i = 0; i < 100; i++)); do
	[ "$(stat_of held_bytes)" -gt 0 ] || break
	sleep 0.1
done
ktap_check_equal "steady: nothing is held, after a while" "$(stat_of held_bytes)" 0
vm_test_end
