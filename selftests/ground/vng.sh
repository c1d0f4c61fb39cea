#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A run of the kselftest collection in a machine that virtme-ng made, with udev.
#
# boot: vng
# arch: x86: virtme-ng boots the architecture of the host
# kernel: stock: virtme-ng wants what distributions configure
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

TESTS='alloc/many.sh exec/patch.sh params/table.sh wx/pages.sh'

# One of the collection: it says so itself, and the collection says so, too.
passed() {
	grep -qx "ok - $1" "$OUT" || {
		sed -n "/^# selftests: ${1/\//\\/}\$/,/^\(not \)\?ok - /p" "$OUT" |
			grep -v '^ok ' | sed 's/^/# /'
		return 1
	}
}

ktap_print_header
ktap_set_plan 9

log_mark
OUT=$(mktemp)
ktap_check "udev runs" pgrep -f udevd
ktap_check "debugfs is mounted" test -d /sys/kernel/debug/tracing
ktap_check "kselftest has a run" bash -c \
	'make -C "$1/selftests" run_tests KDIR= TEST_PROGS="$2" >"$3" 2>&1' \
	bash "$TOPDIR" "$TESTS" "$OUT"
for test in $TESTS; do
	ktap_check "$test passes" passed "$test"
done
ktap_check_equal "nothing stays loaded" "$(grep -c '^jit' /proc/modules)" 0
ktap_check "the kernel has nothing to say" log_is_clean
rm -f "$OUT"

ktap_finished
