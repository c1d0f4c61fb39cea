#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same for arm64, run by an emulator.
#
# boot: none
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

emit_test test_emit 18 aarch64-linux-gnu-objdump aarch64 \
	"aarch64-linux-gnu-gcc-14 -static" qemu-aarch64
ktap_finished
