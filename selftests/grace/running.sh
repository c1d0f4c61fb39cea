#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Freed text stays as long as a task is running in it, and counts as what its
# mapping holds: a page for each of the two that wait, and not their few bytes.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

pending_bytes() {
	awk '$1 == "pending_bytes" { print $2 }' "$DEBUGFS/jitalloc/stats"
}

vm_test_begin 10 jit_test_grace
run_cases jit_test_grace enter
ktap_check "what waits is counted by the page" \
	test "$(pending_bytes)" -ge "$((2 * $(getconf PAGESIZE)))"
run_cases jit_test_grace leave
ktap_check_equal "nothing waits any more" "$(pending_bytes)" 0
vm_test_end
