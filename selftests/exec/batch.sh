#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Text that is allocated and written in one call, and many writes in one call:
# what is there is what was to be written, and a write that is wrong changes
# nothing.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 24 jit_test_batch
for case in functions lengths dup_refused blocks pieces refused; do
	run_cases jit_test_batch "$case"
done
vm_test_end
