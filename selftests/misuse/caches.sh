#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Caches that do not exist, or are not what they should be.
#
# boot: misuse
# expect: 17 WARNING: .*jit_helper_warn

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

misuse_test 29 jit_test_bad caches 17
