#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 100,000 operations of which one step in ten fails that can, whatever it is a step of:
# ten thousand faults and more. Nothing is ever wrong, and all of it comes back.
#
# boot: own
# timeout: 1200

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/../lib/slab.sh"
. "$(dirname "$0")/../variants/lib.sh"
. "$(dirname "$0")/lib.sh"

# churn [PARAM=VALUE...]: eleven results
churn() {
	local what="${*:-in order}"

	ktap_check "$what: loads" load_variant faults reserve=0 "$@"
	load_module jit_test_faults
	run_cases jit_test_faults works
	echo 0 >"$FAIL/verbose"
	echo 20231109 >"$FAIL/seed"
	echo 1 >"$FAIL/points"
	echo 10 >"$FAIL/probability"
	run_cases jit_test_faults churn
	echo 0 >"$FAIL/probability"
	injected=$(faults_injected)
	ktap_check "$what: 10,000 faults are injected ($injected)" test "$injected" -ge 10000
	ktap_print_msg "$what: $(awk '$3 > 0 { printf "%s%s %s", sep, $1, $3; sep = ", " }' "$FAIL/points")"
	run_cases jit_test_faults works empty
	ktap_check_equal "$what: no allocation is live" "$(live_count)" 0
	unload_modules jit_test_faults jitalloc
	total=$((total + injected))
}

total=0
ktap_print_header
ktap_set_plan 42
log_mark
memory_mark
churn
memory_is_back
churn harden=1
memory_is_back
ktap_figure faults_injected "$total"
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
