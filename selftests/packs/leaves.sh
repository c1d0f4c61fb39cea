#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Text is on leaves of 2 MiB, where the kernel has some to share from the first byte
# on, and stays what it is.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

unload_modules jitalloc
vm_test_begin 21 jit_test_packs
run_cases jit_test_packs leaves
vm_test_end
