#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A module goes away with allocations left: the log names them, they are taken
# back, and the module is there as long as a task may come back to it.
#
# quick: yes
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

ROUNDS=100

# named WHAT: what the log must say of one round, 7 results
named() {
	local what=$1

	ktap_check_equal "$what: texts are named" \
		"$(log_count 'jit_test_leaves has left 100 allocations of 6400 bytes of leave_texts')" 1
	ktap_check_equal "$what: text of a cache is named" \
		"$(log_count 'has left 1 allocations of 100 bytes of leave_others')" 1
	ktap_check_equal "$what: data is named" \
		"$(log_count 'has left 1 allocations of 1000 bytes of leave_others')" 1
	ktap_check_equal "$what: large data is named" \
		"$(log_count 'has left 1 allocations of 4194304 bytes of leave_others')" 1
	ktap_check_equal "$what: the cache is named" \
		"$(log_count 'jit_test_leaves has left 1 caches')" 1
	ktap_check_equal "$what: nothing is live" "$(live_count)" 0
	ktap_check_equal "$what: nothing waits" "$(stat_of pending_bytes)" 0
}

ktap_print_header
ktap_set_plan 25
unload_modules jit_test_leaves jitalloc
load_module jitalloc

log_mark
ktap_check "the module loads" load_module jit_test_leaves
ktap_check_equal "its allocations are live" "$(live_count)" 104
ktap_check "it unloads" unload_module jit_test_leaves
named "unload"
ktap_check_equal "unload: that of the initialisation is named" \
	"$(log_count 'has left 1 allocations of 77 bytes of its initialisation')" 1
held=$(stat_of held_bytes)

log_mark
ktap_check "a load fails" eval '! load_module jit_test_leaves fails=1 2>/dev/null'
named "failed load"
ktap_check_equal "failed load: that of the initialisation is named" \
	"$(log_count 'has left 1 allocations of 77 bytes of (init_module|jit_test_leaves_init)')" 1

log_mark
for ((i = 0; i < ROUNDS; i++)); do
	load_module jit_test_leaves sleeps=1 && unload_module jit_test_leaves
done
ktap_figure owners_unloads_while_a_task_sleeps "$ROUNDS"
ktap_check_equal "$ROUNDS unloads wait for a task that comes back" \
	"$(log_count 'jit_test_leaves: is still there')" "$ROUNDS"
ktap_check_equal "nothing is live after them" "$(live_count)" 0
ktap_check_equal "as much is held as before them" "$(stat_of held_bytes)" "$held"
unload_modules jitalloc
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
