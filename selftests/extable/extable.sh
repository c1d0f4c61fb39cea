#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Code that faults goes on where its exception table says, and has a table only as
# callers may ask for it.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

no_name() {
	! grep jit_test_load /proc/kallsyms
}

vm_test_begin 57 jit_test_extable
run_cases jit_test_extable reads many mistakes names churn
ktap_check_equal "nothing is left allocated" "$(live_count)" 0
unload_modules jit_test_extable
ktap_check "no name is left" no_name
load_module jit_test_extable
vm_test_end
