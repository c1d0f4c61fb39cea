#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A name goes after the free and before the bytes; names come and go on two CPUs
# while /proc/kallsyms and stacks are read.
#
# timeout: 300
# arch: x86 arm64: not tried on arm, whose kernel unwinds by tables

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

# What a line of such a name in /proc/kallsyms is
LINE='^[0-9a-f]+ t jit_test_race_[0-9a-z_]+ \[jitalloc\]	\[bpf\]$'

GO_ON=/sys/module/jit_test_name_order/parameters/go_on

names_shown() {
	grep -c jit_test_race /proc/kallsyms
}

# race CASE: two tasks give and free names while all names are read
race() {
	local reader round

	echo Y >"$GO_ON"
	# shellcheck disable=SC2094 # what it has read so far
	for round in {1..60}; do
		grep -a jit_test_race /proc/kallsyms
		echo round
		# Names are few just after a grace period.
		[ "$round" -lt 4 ] || ! grep -q jit_test_race_ "$seen" || break
	done >"$seen" 2>&1 && echo N >"$GO_ON" &
	reader=$!
	run_cases jit_test_name_order "$1"
	wait $reader
	ktap_check "$1: names are read meanwhile" grep -q jit_test_race_ "$seen" ||
		ktap_print_msg "$(tail -5 "$seen")"
	ktap_check_equal "$1: all of them are whole" \
		"$(grep -v '^round$' "$seen" | grep -cvE "$LINE")" 0
	ktap_check_equal "$1: none is left" "$(names_shown)" 0
	ktap_figure "names_$1_read" "$(grep -c jit_test_race_ "$seen")"
}

vm_test_begin 21 jit_test_name_order
seen=$(mktemp)
run_cases jit_test_name_order order
race races
race careless_races
rm "$seen"
vm_test_end
