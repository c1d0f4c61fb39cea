#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Everything is within reach of a 32 bit displacement.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 5 jit_test_alloc
run_cases jit_test_alloc reach
vm_test_end
