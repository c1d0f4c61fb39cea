#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A mapping to write by that can be run: check_wx finds it, for every page of text.
#
# arch: x86: the variant is

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

unload_modules jitalloc
ktap_print_header
ktap_set_plan 7
log_mark
ktap_check "the variant loads" load_variant exec_alias
ktap_check "jit_test_wrong loads" load_module jit_test_wrong ||
	ktap_exit_fail_msg "jit_test_wrong does not load"
run_cases jit_test_wrong make
report=$(cat "$DEBUGFS/jitalloc/check_wx")
# 2 MiB, a page more than that, and the pack of a small one; not the data
ktap_check_equal "all text is wrong" \
	"$(awk '$1 == "wrong" { print $2 }' <<<"$report")" $((2 * 512 + 1 + 4))
ktap_check_equal "because of the writer's mapping" \
	"$(grep -cE '^text 0x[0-9a-f]+ is executable for the writer$' <<<"$report")" 64
unload_modules jit_test_wrong jitalloc
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
