#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same for arm64, run by an emulator.
#
# boot: none
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

emit_test test_cfi 5 "" cfi_arm64 "clang-19 --target=aarch64-linux-gnu -static \
	-fsanitize=kcfi -mbranch-protection=bti -DCONFIG_CFI" qemu-aarch64
ktap_finished
