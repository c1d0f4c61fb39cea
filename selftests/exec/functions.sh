#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Generated functions return what they were written to return, here and on the
# other CPU.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 5 jit_test_exec
run_cases jit_test_exec functions
vm_test_end
