#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The first processors of the architecture: 48-bit addresses, 8-bit address
# space identifiers, no PAN, no BTI.
#
# boot: own
# cpu: cortex-a72
# arch: arm64: its processors are meant

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

boot_test 2
ktap_check "there is no BTI" eval '! grep -qw bti /proc/cpuinfo'
# Of 52 bits there would be less.
ktap_check_equal "there are 48-bit addresses" \
	"$(awk '$1 == "bpf" { print substr($3, 1, 10) }' "$DEBUGFS/jitalloc/params")" 0xfffffdff
boot_test_end
