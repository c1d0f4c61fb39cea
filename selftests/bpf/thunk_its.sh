#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The generated code on a kernel whose returns are its_return_thunk.
#
# boot: own
# append: indirect_target_selection=force
# timeout: 120
# arch: x86: return thunks are a mitigation of x86

HERE=$(cd "$(dirname "$0")" && pwd)

if ! dmesg | grep -q 'active return thunk: its_return_thunk'; then
	echo "TAP version 13"
	echo "Bail out! this kernel was not booted with indirect_target_selection=force"
	exit 1
fi
exec "$HERE/code.sh"
