#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel that has no way to give code a name: the log says so once, and all
# else works.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

ktap_print_header
ktap_set_plan 40
unload_modules jitalloc
log_mark
ktap_check "the variant loads" load_variant nameless
ktap_check_equal "the log says that there are no names, and which function is missing" \
	"$(log_count 'jitalloc: code has no names: .* jit_no_such_function: ')" 1
ktap_check "jit_test_names loads" load_module jit_test_names
run_cases jit_test_names nameless keep
ktap_check_equal "no name is in /proc/kallsyms" \
	"$(grep -cE 'jit_test_(kept_name|nameless)' /proc/kallsyms)" 0
run_cases jit_test_names drop
counted=$(python3 "$(dirname "$0")/../names/kernel.py" ksymbol \
	"$DEBUGFS/jit_test_names/run" "$DEBUGFS/jit_test_names/results" hundred)
ktap_check_equal "a hundred texts are named" "$(grep '^said' <<<"$counted")" "said 100"
ktap_check_equal "perf is told nothing" "$(sed -n 's/^registered //p' <<<"$counted")" 0
ktap_check_equal "the log has said it once" "$(log_count 'code has no names')" 1
unload_modules jit_test_names
# Nor a way to have a table of exceptions: it comes with the name.
ktap_check "jit_test_extable loads" load_module jit_test_extable
run_cases jit_test_extable unsupported
ktap_check "jit_test_extable unloads" unload_module jit_test_extable
unload_modules jitalloc
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
