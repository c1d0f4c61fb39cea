#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What perf is told when names come and go, read from its ring buffers.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

CASE_FILES=("$DEBUGFS/jit_test_names/run" "$DEBUGFS/jit_test_names/results")

vm_test_begin 8 jit_test_names
counted=$(python3 "$(dirname "$0")/kernel.py" ksymbol "${CASE_FILES[@]}" hundred 2>&1)
ktap_test_result "the records of the kernel can be read" $?
ktap_print_msg "$counted"

# counted NAME
counted() {
	sed -n "s/^$1 //p" <<<"$counted"
}

ktap_check "a hundred texts are named and freed" \
	grep -q '^ok a hundred texts' "${CASE_FILES[1]}"
ktap_check_equal "each is noted" "$(counted said)" 100
ktap_check_equal "100 records say that a name comes: name, address and length" \
	"$(counted registered)" 100
ktap_check_equal "100 records say that it goes" "$(counted unregistered)" 100
ktap_check_equal "each of them later than the other" "$(counted in_order)" 100
ktap_check_equal "there are no other records, and none twice" "$(counted odd)" 0
ktap_check_equal "none is lost" "$(counted lost)" 0
ktap_figure names_perf_registered "$(counted registered)"
ktap_figure names_perf_unregistered "$(counted unregistered)"
vm_test_end
