#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Text is not writable while somebody writes to it.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 6 jit_test_wx

# The whole of the page tables is read meanwhile.
verdicts=$(mktemp)
(while cat "$DEBUGFS/check_wx_pages"; do :; done) >"$verdicts" &
reader=$!
run_cases jit_test_wx writing
kill $reader
wait $reader 2>/dev/null

ktap_figure wx_reads_while_writing "$(wc -l <"$verdicts")"
ktap_check "W^X is read meanwhile" grep -q SUCCESS "$verdicts"
ktap_check_equal "W^X meanwhile" "$(grep -cv SUCCESS "$verdicts")" 0
rm -f "$verdicts"
vm_test_end
