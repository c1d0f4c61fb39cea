#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Freed text stays as long as a task is running in it.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 7 jit_test_grace
run_cases jit_test_grace running
vm_test_end
