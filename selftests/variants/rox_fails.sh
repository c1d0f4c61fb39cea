#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory that can't be made executable: what has no other place fails, and
# nothing is lost.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

unload_modules jitalloc
ktap_print_header
ktap_set_plan 9
log_mark
mapped=$(allocator_mappings)
ktap_check "the variant loads" load_variant rox_fails reserve=0
ktap_check "jit_test_fallback loads" load_module jit_test_fallback ||
	ktap_exit_fail_msg "jit_test_fallback does not load"
run_cases jit_test_fallback failures
ktap_check "the failures are counted" test "$(stat_of failures)" -ge 12
ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$mapped"
unload_modules jit_test_fallback jitalloc
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
