#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Use after free.
#
# boot: misuse
# expect: 8 WARNING: .*jit_helper_warn

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

misuse_test 17 jit_test_bad lifetimes 8
