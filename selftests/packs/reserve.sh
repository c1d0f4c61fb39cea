#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is free goes back, but for what a parameter says is to be kept.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

# Types with the same range share a pool of text and one of data.
pools() {
	awk '!/^#/ && !seen[$2, $3, $4, $5]++ { n++ } END { print 2 * n }' \
		"$DEBUGFS/jitalloc/params"
}

MIB=$((1 << 20))

at_most() {
	echo "$1 of $2"
	[ "$1" -le "$2" ]
}

# with_reserve [BYTES]: what is held after 12 MiB were allocated and freed
with_reserve() {
	unload_modules jit_test_packs jitalloc
	load_module jitalloc ${1:+"reserve=$1"}
	load_module jit_test_packs
	run_cases jit_test_packs grow
	GROWN=$(stat_of held_bytes)
	run_cases jit_test_packs free
	HELD=$(stat_of held_bytes) PACKS=$(stat_of packs)
	MADE=$(stat_of packs_made) RETURNED=$(stat_of packs_returned)
	ktap_print_msg "reserve ${1:-by default}: $GROWN grown, $HELD held," \
		"$PACKS packs, $MADE made, $RETURNED returned"
}

unload_modules jitalloc
vm_test_begin 22 jit_test_packs

with_reserve 0
ktap_check_equal "reserve=0: nothing is held" "$HELD" 0
ktap_check_equal "reserve=0: there is no pack" "$PACKS" 0
ktap_check_equal "reserve=0: all are given back" "$RETURNED" "$MADE"

with_reserve
ktap_check "by default: it had grown" at_most $((10 * MIB)) "$GROWN"
ktap_check "by default: 2 MiB of each pool are kept" \
	at_most "$HELD" $(($(pools) * 2 * MIB))
ktap_check "by default: but not nothing" at_most 1 "$HELD"
ktap_check "by default: some are given back" at_most 1 "$RETURNED"
ktap_check_equal "by default: what is kept is free" "$(stat_of free_bytes)" "$HELD"
ktap_check_equal "by default: and the packs are counted" \
	"$PACKS" $((MADE - RETURNED))
run_cases jit_test_packs grow
ktap_check "by default: what is kept is used again" \
	at_most "$(stat_of free_bytes)" "$HELD"
run_cases jit_test_packs free

# The worker does it, after a while.
echo 2 >/proc/sys/vm/drop_caches
for ((i = 0; i < 50; i++)); do
	[ "$(stat_of held_bytes)" -gt 0 ] || break
	sleep 0.1
done
ktap_check_equal "by default: all is given back when the kernel asks for it" \
	"$(stat_of held_bytes)" 0
run_cases jit_test_packs grow free

with_reserve $((64 * MIB))
ktap_check_equal "reserve=64M: all of it is kept" "$HELD" "$GROWN"
vm_test_end
