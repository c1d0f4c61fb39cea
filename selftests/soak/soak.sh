#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every CPU allocates, writes, runs and frees, for three minutes, on a kernel that
# guards one slab object after another with a page, puts red zones around the
# rest, and poisons and clears what is free. It has found nothing at the end.
#
# boot: own
# append: kfence.sample_interval=10 slub_debug=FZPU page_poison=1 init_on_free=1
# timeout: 300
# kernel: kfence: it takes three minutes and is for what that one looks at

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

STATS=$DEBUGFS/kfence/stats

kfence() {
	sed -n "s/^$1: *//p" $STATS
}

reload reserve=0
mapped=$(allocator_mappings)
vm_test_begin 16 jit_test_churn threads=4 seconds=180

ktap_check_equal "objects have red zones" "$(cat /sys/kernel/slab/kmalloc-64/red_zone)" 1
guarded=$(kfence "total allocations")
run_cases jit_test_churn churn
ktap_figure soak_guarded $(($(kfence "total allocations") - guarded))
ktap_check "kfence has guarded more than 100" \
	test $(($(kfence "total allocations") - guarded)) -gt 100
ktap_check_equal "and found nothing" "$(kfence "total bugs")" 0
ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$mapped"
ktap_check_equal "no pack is left" "$(stat_of packs)" 0
ktap_check_equal "no allocation is live" "$(live_count)" 0
ktap_check_equal "no byte is live" "$(live_bytes)" 0
ktap_check_equal "no free is pending" "$(stat_of pending_bytes)" 0
vm_test_end
