#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The least port: text is written by the kernel's own poke, and mapped by small
# pages. What the other floors do is the same on it.
#
# arch: x86: the least port is built where all of it can be compared

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

unload_modules jitalloc
ktap_print_header
ktap_set_plan 98
log_mark
mapped=$(allocator_mappings)
ktap_check "the variant loads" load_variant poke reserve=0
ktap_check_equal "one range, which all types inherit" \
	"$(awk '!/^#/ { print $2, $3 }' "$DEBUGFS/jitalloc/params" | sort -u | wc -l)" 1
ktap_check "jit_test_alloc loads" load_module jit_test_alloc ||
	ktap_exit_fail_msg "jit_test_alloc does not load"
run_cases jit_test_alloc text data many traps freed
ktap_check "jit_test_exec loads" load_module jit_test_exec ||
	ktap_exit_fail_msg "jit_test_exec does not load"
run_cases jit_test_exec patch large functions
unload_modules jit_test_exec jit_test_alloc
ktap_check "the allocator unloads" rmmod jitalloc
ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$mapped"
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
