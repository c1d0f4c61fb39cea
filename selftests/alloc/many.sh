#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Many allocations live at once: none is in another's way.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 6 jit_test_alloc
run_cases jit_test_alloc many
vm_test_end
