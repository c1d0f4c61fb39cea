#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the page tables say of every page of every allocation, and of all of the
# kernel, while allocations are fresh, written, and freed.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

unload_modules jitalloc
load_module jitalloc reserve=0
vm_test_begin 21 jit_test_wx
ktap_check "W^X before" wx_is_clean
run_cases jit_test_wx fill fresh
ktap_check "W^X while all is fresh" wx_is_clean
run_cases jit_test_wx written
ktap_check "W^X while all is written" wx_is_clean
run_cases jit_test_wx release
ktap_check "W^X when all is freed" wx_is_clean
vm_test_end
