#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Long writes, with interrupts on and off, and next to code that runs.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 14 jit_test_packs
run_cases jit_test_packs writes
vm_test_end
