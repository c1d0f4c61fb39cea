#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Text is written in every context but one.
#
# boot: misuse
# expect: 2 WARNING: .*jit_helper_warn

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

misuse_test 18 jit_test_context write 2
