#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# While user space runs, the kernel is not mapped: address spaces come in
# pairs.
#
# boot: own
# append: kpti=1
# arch: arm64: on x86 it depends on the processor

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

boot_test 1
ktap_check "the kernel was booted so" \
	eval 'dmesg | grep -q "Kernel page table isolation\|kernel page table isolation forced ON"'
boot_test_end
