#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same for arm64, run by an emulator.
#
# boot: none
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

# 8 types and 7 operators, and what surrounds them
predicate_test arm64 66 "aarch64-linux-gnu-gcc-14 -static" qemu-aarch64
