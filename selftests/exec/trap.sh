#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Code that runs into what was not written traps, there and at once.
#
# quick: yes
# arch: x86 arm64: on arm each trap is an oops in the log

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

vm_test_begin 6 jit_test_trap
run_cases jit_test_trap unwritten small_end code
vm_test_end
