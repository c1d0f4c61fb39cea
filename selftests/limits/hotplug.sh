#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An allocation returns while a CPU goes or comes, even if all memory waits for a
# grace period, which may have to wait for the CPU.
#
# boot: own
# timeout: 60

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

CPU=/sys/devices/system/cpu/cpu1/online

# switch_cpu 0|1: by another process, which nobody can kill if it hangs
switch_cpu() {
	local i writer

	echo "$1" >$CPU &
	writer=$!
	for ((i = 0; i < 200; i++)); do
		[ -d "/proc/$writer" ] || return 0
		sleep 0.1
	done
	return 1
}

# try_switch NAME 0|1
try_switch() {
	if ! switch_cpu "$2"; then
		ktap_test_fail "$1: it gets there"
		ktap_exit_fail_msg "nobody can switch a CPU, or power off, any more"
	fi
	ktap_check_equal "$1: it gets there" "$(cat $CPU)" "$2"
}

reload limit=$((8 << 20))
vm_test_begin 14 jit_test_hotplug
try_switch "memory left, a CPU goes" 0
run_cases jit_test_hotplug left
try_switch "memory left, a CPU comes" 1
run_cases jit_test_hotplug left
run_cases jit_test_hotplug fill
try_switch "no memory left, a CPU goes" 0
run_cases jit_test_hotplug full fill
try_switch "no memory left, a CPU comes" 1
run_cases jit_test_hotplug full
vm_test_end
