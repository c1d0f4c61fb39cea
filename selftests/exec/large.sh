#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A function of several pages, written at once and in pieces.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 6 jit_test_exec
run_cases jit_test_exec large
vm_test_end
