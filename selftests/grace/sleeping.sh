#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Freed text stays as long as a task sleeps in what the text has called, as a
# program of BPF may: in a read-side critical section of RCU tasks trace.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 10 jit_test_grace
run_cases jit_test_grace sleep
vm_test_end
