#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every CPU allocates, writes, runs and frees; nothing is wrong, nothing stays.
#
# timeout: 180

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

# Nothing is kept, so all mappings have to go.
reload reserve=0
mapped=$(allocator_mappings)
vm_test_begin 15 jit_test_churn threads=4 seconds=20

wx_watch 0.2
run_cases jit_test_churn churn
wx_watched

ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$mapped"
ktap_check_equal "no pack is left" "$(stat_of packs)" 0
ktap_check_equal "no allocation is live" "$(live_count)" 0
ktap_check_equal "no byte is live" "$(live_bytes)" 0
ktap_check_equal "no free is pending" "$(stat_of pending_bytes)" 0
vm_test_end
