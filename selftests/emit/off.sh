#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same on a kernel that has nothing against indirect branches.
#
# boot: own
# append: spectre_v2=off
# timeout: 600
# arch: x86: retpolines and return thunks are mitigations of x86

HERE=$(cd "$(dirname "$0")" && pwd)

if ! grep -q Vulnerable /sys/devices/system/cpu/vulnerabilities/spectre_v2; then
	echo "TAP version 13"
	echo "Bail out! this kernel was not booted with spectre_v2=off"
	exit 1
fi
exec "$HERE/code.sh"
