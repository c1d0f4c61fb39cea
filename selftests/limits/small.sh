#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Blocks of less than a page fill up nearly all of the limit, however many that
# are, and no memory that the kernel warns of is asked for on the way.
#
# boot: own
# mem: 2300M
# mem@kasan: 3500M
# append: panic_on_warn=1
# timeout: 200

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

LIMIT=$((800 << 20))

ktap_print_header
ktap_set_plan 14
log_mark
for data in 0 1; do
	kind=$([ $data = 1 ] && echo data || echo text)
	reload "limit=$LIMIT"
	load_module jit_test_limits size=4000 "data=$data"
	run_cases jit_test_limits fill
	held=$(stat_of held_bytes)
	ktap_check "$kind: nine tenths of the limit are held ($held bytes)" \
		test $((held * 10)) -ge $((LIMIT * 9))
	run_cases jit_test_limits drain
	unload_modules jit_test_limits jitalloc
done
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
