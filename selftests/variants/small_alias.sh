#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A CPU without large pages: text is written through an alias of small ones.
#
# arch: x86: every CPU of another port has large pages

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

unload_modules jitalloc
ktap_print_header
ktap_set_plan 16
log_mark
mapped=$(allocator_mappings)
ktap_check "the variant loads" load_variant small_alias reserve=0
ktap_check "jit_test_exec loads" load_module jit_test_exec ||
	ktap_exit_fail_msg "jit_test_exec does not load"
run_cases jit_test_exec patch large
unload_modules jit_test_exec
ktap_check "the allocator unloads" rmmod jitalloc
ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$mapped"
ktap_check "the log is clean" log_is_clean
ktap_finished
