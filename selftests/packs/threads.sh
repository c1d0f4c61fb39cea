#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Four threads for a minute, that free each other's blocks, while the page tables
# are read all the time. Nothing is wrong, and in the end nothing is left.
#
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/../lib/slab.sh"

memory_mark
vm_test_begin 18 jit_test_churn threads=4 seconds=60
wx_watch 0.2
run_cases jit_test_churn churn
wx_watched
ktap_check_equal "no allocation is live" "$(live_count)" 0
ktap_check_equal "no free is pending" "$(stat_of pending_bytes)" 0
ktap_check_equal "as many frees as allocations" \
	"$(stat_of frees)" "$(stat_of allocs)"

ktap_check "both unload" eval 'unload_module jit_test_churn && unload_module jitalloc'
memory_is_back
ktap_check "nobody is in the log" test -z "$(log_since_mark | grep 'never freed')"
ktap_check "the log is clean, once more" log_is_clean

load_module jit_test_churn
vm_test_end
