#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Types that do not exist, or are not for text.
#
# boot: misuse
# expect: 18 WARNING: .*jit_helper_warn

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

misuse_test 18 jit_test_bad types 18
