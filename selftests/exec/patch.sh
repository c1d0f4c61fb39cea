#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Functions that have been run are changed.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 5 jit_test_exec
run_cases jit_test_exec patch
vm_test_end
