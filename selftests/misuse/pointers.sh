#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Pointers that are not what they should be.
#
# boot: misuse
# expect: 35 WARNING: .*jit_helper_warn

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

misuse_test 118 jit_test_bad pointers 35
