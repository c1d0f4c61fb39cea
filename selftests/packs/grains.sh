#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packs full of nothing but the smallest allocations.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

unload_modules jitalloc
vm_test_begin 5 jit_test_grains
run_cases jit_test_grains grains
ktap_check_equal "no allocation is live" "$(live_count)" 0
vm_test_end
