#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same for 32-bit arm, run by an emulator.
#
# boot: none
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

# 6 types and 7 operators, and what surrounds them
predicate_test arm 52 "arm-linux-gnueabihf-gcc-14 -marm -static" qemu-arm
