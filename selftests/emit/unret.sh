#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same on a kernel with retpolines whose returns are retbleed_return_thunk.
#
# boot: own
# append: retbleed=unret,force
# timeout: 600
# arch: x86: retpolines and return thunks are mitigations of x86

HERE=$(cd "$(dirname "$0")" && pwd)

if ! dmesg | grep -q 'active return thunk: retbleed_return_thunk'; then
	echo "TAP version 13"
	echo "Bail out! this kernel was not booted with retbleed=unret,force"
	exit 1
fi
exec "$HERE/code.sh"
