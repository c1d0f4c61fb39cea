#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same on a kernel that counts calls and fills the return stack buffer: calls and
# jumps have thunks of their own.
#
# boot: own
# append: retbleed=stuff,force
# timeout: 600
# cpu: Skylake-Client-v4
# arch: x86: retpolines and return thunks are mitigations of x86

HERE=$(cd "$(dirname "$0")" && pwd)

if ! dmesg | grep -q 'active return thunk: call_depth_return_thunk'; then
	echo "TAP version 13"
	echo "Bail out! this kernel was not booted with retbleed=stuff,force"
	exit 1
fi
exec "$HERE/code.sh"
