#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel without a cache of text: small texts have mappings of the allocator,
# of small pages, and go when they are empty.
#
# arch: x86: no other kernel has a cache of text

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

unload_modules jitalloc
ktap_print_header
ktap_set_plan 57
log_mark
mapped=$(allocator_mappings)
ktap_check "the variant loads" load_variant no_cache reserve=0
ktap_check "debugfs shows no cache" \
	eval '! grep -q rox-cache "$DEBUGFS/jitalloc/params"'
ktap_check "jit_test_alloc loads" load_module jit_test_alloc ||
	ktap_exit_fail_msg "jit_test_alloc does not load"
run_cases jit_test_alloc text many traps freed
ktap_check "jit_test_exec loads" load_module jit_test_exec ||
	ktap_exit_fail_msg "jit_test_exec does not load"
run_cases jit_test_exec patch large
ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$mapped"
unload_modules jit_test_exec jit_test_alloc jitalloc
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
