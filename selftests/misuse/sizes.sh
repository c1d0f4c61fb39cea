#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sizes that are too small, too large, and just right.
#
# boot: misuse

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

misuse_test "$(for_bits 54 42)" jit_test_bad sizes 0
