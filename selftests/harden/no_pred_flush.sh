#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where there is no barrier for branch predictors, the log says so if one was asked
# for, once, and all else works.
#
# boot: own
# append: clearcpuid=ibpb

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

A=jit_test_flush
has_barrier=$(grep -c ' bpf_arch_ibpb$' /proc/kallsyms)

unload_modules jitalloc
load_module jitalloc
vm_test_begin 16 $A has_barrier="$has_barrier"
ktap_check_equal "nothing is said if nobody asks" "$(log_count 'jitalloc: pred_flush')" 0
unload_modules $A jitalloc
ktap_check "loads with pred_flush=1" load_module jitalloc pred_flush=1
ktap_check_equal "the log says that there is none" \
	"$(log_count 'jitalloc: pred_flush: kernel or processor has no barrier')" 1
load_module $A has_barrier="$has_barrier"
for case in take often dup own cache give; do
	run_cases $A $case
	ktap_check_equal "$case: none is called" \
		"$(sed -n 's/^# barriers //p' "$DEBUGFS/$A/results")" 0
done
ktap_check_equal "the log has said it once" "$(log_count 'jitalloc: pred_flush')" 1
vm_test_end
