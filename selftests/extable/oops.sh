#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is not in a table kills the task that runs it, and is reported by the name of
# its text.
#
# boot: own
# expect@x86,arm64: 2 (BUG: unable|Unable) to handle (page fault|kernel)
# expect@x86,arm64: 2 (Oops|Internal error): Oops: 
# expect@arm: 2 Unable to handle kernel
# expect@arm: 2 Internal error: Oops: 

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
OOPS_MODULE=jit_test_extable
. "$(dirname "$0")/../oops/lib.sh"

ktap_print_header
ktap_set_plan 14
log_mark
ktap_check "jit_test_extable loads" load_module jit_test_extable
expect_oops load_without_table "a load without a table"
expect_oops load_of_another "a load that is not in the table of its text"
ktap_check_equal "nothing has survived" \
	"$(dmesg | grep -c 'jit_test_extable: survived')" 0
# Others go on. Not unloaded: the dead still hold a reference.
run_cases jit_test_extable many
ktap_finished
