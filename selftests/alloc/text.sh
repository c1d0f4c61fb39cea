#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Text of every size in every range: where it lies, what it is full of.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 20 jit_test_alloc
run_cases jit_test_alloc text
vm_test_end
