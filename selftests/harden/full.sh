#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packs at random places take no addresses from others: as much fits into the range
# as in order, and all of it comes back.
#
# boot: own
# mem: 2300M
# timeout: 300
# arch: x86: elsewhere the range is larger than the memory of the machine

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/../limits/lib.sh"

# More than there are addresses for
LIMIT=$((1200 << 20))

# fill WHAT [PARAM=VALUE...]: sets $nr to how many blocks there was room for
fill() {
	local what=$1

	shift
	reload "limit=$LIMIT" "$@"
	load_module jit_test_limits size=65536
	run_cases jit_test_limits fill
	nr=$(live_count)
	run_cases jit_test_limits drain
	unload_modules jit_test_limits jitalloc
	machine_is_back "$what"
}

ktap_print_header
ktap_set_plan 18
log_mark
machine_mark
fill "in order"
ordered=$nr
fill "at random" harden=1
ktap_figure hardened_fill "$nr"
ktap_check "at random as much has room ($nr of $ordered)" test $((nr * 20)) -ge $((ordered * 19))
# The range is not bound by the limit, or nothing would be shown.
ktap_check "addresses are what is missing" test $((ordered * 65536)) -lt $((LIMIT * 19 / 20))
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
