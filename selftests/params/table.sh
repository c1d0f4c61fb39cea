#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The allocator's parameters equal those of the running kernel.
#
# quick: yes
# arch: x86 arm64: Debian's kernel for arm has no names of data, by which its table is found

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

# Two objects have this name: the table, and a pointer to it. The module finds
# out which is which.
table=$(awk '$3 == "execmem_info" { printf "%s0x%s", sep, $1; sep = "," }' \
	/proc/kallsyms)

vm_test_begin 68 jit_test_params table="$table"
run_cases jit_test_params compare sane
ktap_check_equal "debugfs shows one line for each type" \
	"$(grep -vc '^#' "$DEBUGFS/jitalloc/params")" 5
vm_test_end
