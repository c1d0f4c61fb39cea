#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With pred_flush=1 the kernel's barrier for branch predictors is called when text of
# one module goes where another's was, and not otherwise. A probe counts it.
#
# boot: own
# append: setcpuid=ibpb
# arch: x86: the kernels of others have no such barrier

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

A=jit_test_flush
B=jit_test_flush_other

# barriers MODULE CASE WANTED WHY: two results
barriers() {
	run_cases "$1" "$2"
	ktap_check_equal "$4" \
		"$(sed -n 's/^# barriers //p' "$DEBUGFS/$1/results")" "$3"
}

# begin PARAM=VALUE
begin() {
	unload_modules "$B" "$A" jitalloc
	load_module jitalloc "$@" && load_module "$A" && load_module "$B"
}

ktap_print_header
ktap_set_plan 44
log_mark

ktap_check "loads" begin
ktap_check_equal "it is off" "$(cat /sys/module/jitalloc/parameters/pred_flush)" N
barriers $A take 0 "off: none for a new pack"
barriers $B once 0 "off: nor for another owner"
barriers $A give 0 "off: nor for a free"
barriers $B own 0 "off: nor for what is large"
barriers $B once 0 "off: nor where another's text was"

ktap_check "loads with pred_flush=1" begin pred_flush=1
ktap_check_equal "it is on" "$(cat /sys/module/jitalloc/parameters/pred_flush)" Y
barriers $A data 0 "data needs none"
barriers $A take 1 "a new pack may be where others had text"
barriers $A often 0 "one owner alone needs none"
barriers $B once 1 "another one does, where the first had text"
barriers $B once 0 "but once"
barriers $B often 0 "and not again, as long as it is alone"
barriers $A dup 1 "it is the same the other way round"
barriers $A dup 0 "and once again"
barriers $A own 1 "what is large has a pack of its own"
barriers $B cache 1 "so has a cache"
ktap_check "the second owner unloads" unload_module $B
ktap_check "and loads again" load_module $B
barriers $A once 0 "that is nothing to the first"
barriers $B once 1 "it is another owner than before"
ktap_check "no page is writable and executable" wx_is_clean
unload_modules "$B" "$A" jitalloc
ktap_check "the log is clean" log_is_clean
ktap_check_equal "it says nothing of barriers" "$(log_count 'jitalloc: pred_flush')" 0
ktap_check_equal "no mapping is left" "$(allocator_mappings)" 0
ktap_finished
