#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same for 32-bit arm, run by an emulator.
#
# boot: none
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

emit_test test_emit 18 arm-linux-gnueabihf-objdump arm \
	"arm-linux-gnueabihf-gcc-14 -marm -static" qemu-arm
ktap_finished
