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
. "$(dirname "$0")/lib.sh"

# What is made once and stays
unload_modules jitalloc
load_module jitalloc
unload_modules jitalloc
mapped=$(allocator_mappings)
before=$(objects)

vm_test_begin 18 jit_test_churn threads=4 seconds=60
verdicts=$(mktemp)
(while cat "$DEBUGFS/check_wx_pages"; do sleep 0.2; done) >"$verdicts" &
reader=$!
run_cases jit_test_churn churn
kill $reader
wait $reader 2>/dev/null

ktap_figure wx_reads_meanwhile "$(wc -l <"$verdicts")"
ktap_check "W^X is read meanwhile" grep -q SUCCESS "$verdicts"
ktap_check_equal "W^X meanwhile" "$(grep -cv SUCCESS "$verdicts")" 0
rm -f "$verdicts"
ktap_check_equal "no allocation is live" "$(live_count)" 0
ktap_check_equal "no free is pending" "$(stat_of pending_bytes)" 0
ktap_check_equal "as many frees as allocations" \
	"$(stat_of frees)" "$(stat_of allocs)"

ktap_check "both unload" eval 'unload_module jit_test_churn && unload_module jitalloc'
ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$mapped"
read -r most cache < <(growth "$before" "$(objects)")
ktap_figure most_objects_gained "$most"
ktap_print_msg "of $cache"
# Each CPU has some 60 at hand, and as many in reserve.
ktap_check "no slab cache has gained 500 objects" test "$most" -lt 500
ktap_check "nobody is in the log" test -z "$(log_since_mark | grep 'never freed')"
ktap_check "the log is clean, once more" log_is_clean

load_module jit_test_churn
vm_test_end
