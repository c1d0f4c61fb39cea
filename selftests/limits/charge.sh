#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A request that the limit does not allow takes nothing from what others may
# have, not even for as long as it is looked at.
#
# timeout: 180

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

unload_modules jitalloc
load_module jitalloc limit=$((8 << 20)) reserve=0
vm_test_begin 11 jit_test_limits
run_cases jit_test_limits charge
vm_test_end
