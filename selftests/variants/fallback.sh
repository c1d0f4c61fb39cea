#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A range that is full: allocations go to its fallback.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

unload_modules jitalloc
ktap_print_header
ktap_set_plan 13
log_mark
ktap_check "the variant loads" load_variant fallback
ktap_check "jit_test_fallback loads" load_module jit_test_fallback ||
	ktap_exit_fail_msg "jit_test_fallback does not load"
run_cases jit_test_fallback fallback
ktap_check "debugfs shows the fallback" awk \
	'$1 == "modules-text" && $4 != "0x0" && $5 != "0x0" { found = 1 }
	 END { exit !found }' "$DEBUGFS/jitalloc/params"
unload_modules jit_test_fallback jitalloc
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
