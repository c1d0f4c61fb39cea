#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Names of code, as the kernel shows them.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

TRACEFS=/sys/kernel/tracing
[ -e "$TRACEFS/trace" ] || mount -t tracefs tracefs "$TRACEFS"

in_kallsyms() {
	grep -c ' jit_test_kept_name \[jitalloc\]' /proc/kallsyms
}

# Of the rounds of the worker that take back a single block: how long each was,
# but for the grace period
costs_of_one() {
	sed -n 's/.* jit_reclaim: blocks=1 .*grace_ns=\([0-9]*\) ns=\([0-9]*\)$/\1 \2/p' \
		"$TRACEFS/trace" | awk '{ print $2 - $1 }'
}

ktap_print_header
ktap_set_plan 47
unload_modules jit_test_names
log_mark
echo 1 >/proc/sys/net/core/bpf_jit_kallsyms
ktap_check "jit_test_names loads" load_module jit_test_names
run_cases jit_test_names shown of_cache refused many

echo 1 >"$TRACEFS/events/jitalloc/jit_reclaim/enable"
run_cases jit_test_names cost
echo 0 >"$TRACEFS/events/jitalloc/jit_reclaim/enable"
costs=$(costs_of_one | sort -n)
ktap_check_equal "the worker has taken five texts back, one by one" \
	"$(wc -w <<<"$costs")" 5
ktap_figure names_reclaim_one_ns "$(sed -n 3p <<<"$costs")"
echo >"$TRACEFS/trace"

run_cases jit_test_names keep
ktap_check_equal "a name is in /proc/kallsyms" "$(in_kallsyms)" 1
run_cases jit_test_names drop
ktap_check_equal "and is not when its text is gone" "$(in_kallsyms)" 0
ktap_check "jit_test_names unloads" unload_module jit_test_names
ktap_check "the log is clean" log_is_clean
ktap_finished
