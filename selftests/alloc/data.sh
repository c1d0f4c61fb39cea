#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Data of every size for every type: where it lies, what it is full of.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 35 jit_test_alloc
run_cases jit_test_alloc data
vm_test_end
