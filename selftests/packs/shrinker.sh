#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel gets empty packs when it asks for memory, and only those.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

# The worker comes after a while, and waits for a grace period.
held_becomes() {
	local _

	for _ in {1..100}; do
		[ "$(stat_of held_bytes)" -ne "$1" ] || return 0
		sleep 0.1
	done
	echo "$(stat_of held_bytes) bytes are held, not $1"
	return 1
}

shrink() {
	echo 2 >/proc/sys/vm/drop_caches
}

unload_modules jitalloc
vm_test_begin 7 jit_test_packs
run_cases jit_test_packs grow
live=$(stat_of held_bytes)
shrink
sleep 1
ktap_check_equal "what is live stays" "$(stat_of held_bytes)" "$live"
run_cases jit_test_packs free
ktap_check "something is kept at first" [ "$(stat_of held_bytes)" -gt 0 ]
shrink
ktap_check "and given back when it is asked for" held_becomes 0
run_cases jit_test_packs grow
run_cases jit_test_packs free
vm_test_end
