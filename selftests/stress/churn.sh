#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every CPU allocates, writes, runs and frees; nothing is wrong, nothing stays.
#
# timeout: 180

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

# Nothing is kept, so all mappings have to go.
unload_modules jitalloc
load_module jitalloc reserve=0
mapped=$(allocator_mappings)
vm_test_begin 14 jit_test_churn threads=4 seconds=20

verdicts=$(mktemp)
(while cat "$DEBUGFS/check_wx_pages"; do sleep 0.2; done) >"$verdicts" &
reader=$!
run_cases jit_test_churn churn
kill $reader
wait $reader 2>/dev/null

ktap_figure wx_reads_while_churning "$(wc -l <"$verdicts")"
ktap_check "W^X is read meanwhile" grep -q SUCCESS "$verdicts"
ktap_check_equal "W^X meanwhile" "$(grep -cv SUCCESS "$verdicts")" 0
rm -f "$verdicts"

ktap_check_equal "no mapping is left" "$(allocator_mappings)" "$mapped"
ktap_check_equal "no pack is left" \
	"$(awk '$1 == "packs" { print $2 }' "$DEBUGFS/jitalloc/stats")" 0
ktap_check_equal "no allocation is live" \
	"$(awk '!/^#/ { n += $2 + $3 } END { print n }' "$DEBUGFS/jitalloc/live")" 0
ktap_check_equal "no free is pending" \
	"$(awk '$1 == "pending_bytes" { print $2 }' "$DEBUGFS/jitalloc/stats")" 0
vm_test_end
