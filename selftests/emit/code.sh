#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Code that the public header has written: run, and looked at. Others run this
# again on kernels that are booted to return and to branch in other ways.
#
# timeout: 600
# quick: yes

HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../lib/ktap.sh"
. "$HERE/../lib/module.sh"

export PYTHONDONTWRITEBYTECODE=1

vm_test_begin 41 jit_test_emit
run_cases jit_test_emit functions registers
echo forms >"$DEBUGFS/jit_test_emit/run"
ktap_print_msg "$(cat /sys/devices/system/cpu/vulnerabilities/spectre_v2)"
ktap_import < <(cat "$DEBUGFS/jit_test_emit/results")
cat "$DEBUGFS/jit_test_emit/results" >/tmp/forms
python3 "$HERE/forms.py" </tmp/forms >/tmp/forms.out 2>&1
status=$?
ktap_import </tmp/forms.out
ktap_check_equal "the judge ran to its end" "$status" 0
vm_test_end
