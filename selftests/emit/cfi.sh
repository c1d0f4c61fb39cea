#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Functions for kernels with kCFI: no stock kernel has it, but the compiler has, in
# user space as well.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

# As the kernel is compiled with CONFIG_CALL_PADDING
emit_test test_cfi 7 "" cfi "clang-19 -fsanitize=kcfi -fcf-protection=branch \
	-fpatchable-function-entry=11,11 -DCONFIG_CFI -DCONFIG_X86_KERNEL_IBT \
	-DCONFIG_CALL_PADDING -DCONFIG_FUNCTION_PADDING_CFI=11"
ktap_finished
