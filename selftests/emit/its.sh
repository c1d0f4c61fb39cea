#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same on a kernel whose indirect branches and returns are kept out of the first
# half of a cache line. There are retpolines instead on a processor that does not say
# that it restricts speculation itself; the emulated one is made to. The kernel's own
# page of such thunks is writable for a moment, of which it complains (its_alloc());
# of what kasan says before its first program nothing is looked at.
#
# boot: own
# append: indirect_target_selection=force setcpuid=ibrs_enhanced
# expect@stock,kfence: 1 CPA detected W.X violation
# timeout: 600
# arch: x86: retpolines and return thunks are mitigations of x86

HERE=$(cd "$(dirname "$0")" && pwd)

if ! dmesg | grep -q 'active return thunk: its_return_thunk'; then
	echo "TAP version 13"
	echo "Bail out! this kernel was not booted with indirect_target_selection=force setcpuid=ibrs_enhanced"
	exit 1
fi
exec "$HERE/code.sh"
