#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Writes into the middle of a large block, wherever that is.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

unload_modules jitalloc
vm_test_begin 6 jit_test_packs
run_cases jit_test_packs interior
vm_test_end
