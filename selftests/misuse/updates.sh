#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Updates of what is not text, or of more than there is.
#
# boot: misuse

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

misuse_test "$(for_bits 49 47)" jit_test_bad updates 0
