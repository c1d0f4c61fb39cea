#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who makes a cache, or looks at the files in debugfs, does not wait until the worker
# has overwritten all that was freed.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 3 jit_test_grace
run_cases jit_test_grace maker
vm_test_end
