#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What has been freed is gone.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 4 jit_test_alloc
run_cases jit_test_alloc freed
vm_test_end
