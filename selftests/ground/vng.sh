#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The modules load and work in a machine that virtme-ng made, with udev.
#
# boot: vng
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

ktap_print_header
ktap_set_plan 8

log_mark
ktap_check "udev runs" pgrep -f udevd
ktap_check "debugfs is mounted" test -d /sys/kernel/debug/tracing
ktap_check "jitalloc loads" load_module jitalloc
ktap_check "its table can be read" grep -q . /sys/kernel/debug/jitalloc/params
ktap_check "the kprobe sample loads" load_module jit_kprobe \
	symbol=vfs_open arg=0 type=u64 op=ne value=0
ktap_check "no page is writable and executable" wx_is_clean
ktap_check "all unload" unload_modules
ktap_check "the kernel has nothing to say" log_is_clean

ktap_finished
