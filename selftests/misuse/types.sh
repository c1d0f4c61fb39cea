#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Types that do not exist, or are not for text.
#
# boot: misuse
# expect: 27 WARNING: .*jit_helper_warn

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

misuse_test 27 jit_test_bad types 27
