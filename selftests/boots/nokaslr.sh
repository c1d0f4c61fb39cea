#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Nothing is where chance puts it.
#
# boot: own
# append: nokaslr

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

boot_test 1
ktap_check "the kernel was booted so" grep -qw nokaslr /proc/cmdline
boot_test_end
