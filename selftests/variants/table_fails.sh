#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# No memory for the table that finds a pack by its addresses: the pack was never
# seen, and nothing is lost.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

unload_modules jitalloc
ktap_print_header
ktap_set_plan 8
log_mark
mapped=$(allocator_mappings)
ktap_check "the variant loads" load_variant table_fails reserve=0
ktap_check "jit_test_fallback loads" load_module jit_test_fallback ||
	ktap_exit_fail_msg "jit_test_fallback does not load"
run_cases jit_test_fallback some_fail
ktap_check "the failures are counted" test "$(stat_of failures)" -ge 1
ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$mapped"
unload_modules jit_test_fallback jitalloc
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
