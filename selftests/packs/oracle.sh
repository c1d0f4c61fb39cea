#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Half a million operations, each held against a map of what is live.
#
# timeout: 400

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

unload_modules jitalloc
mapped=$(allocator_mappings)
vm_test_begin 14 jit_test_packs_oracle
run_cases jit_test_packs_oracle oracle
ktap_check_equal "no allocation is live" "$(live_count)" 0
ktap_check_equal "no free is pending" "$(stat_of pending_bytes)" 0
unload_modules jit_test_packs_oracle jitalloc
ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$mapped"
load_module jit_test_packs_oracle
vm_test_end
