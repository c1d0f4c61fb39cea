#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What has not been written traps.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 9 jit_test_alloc
run_cases jit_test_alloc traps
vm_test_end
