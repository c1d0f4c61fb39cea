#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tracepoints: as many events as there were calls, and what they say.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

TRACEFS=/sys/kernel/tracing
EVENTS=$TRACEFS/events/jitalloc
[ -e "$TRACEFS/trace" ] || mount -t tracefs tracefs "$TRACEFS"

# figure NAME: what the test module has counted
figure() {
	sed -n "s/^# figure: sight_$1=//p" "$DEBUGFS/jit_test_sight/results"
}

# events REGEX: lines of the trace
events() {
	grep -cE "$1" "$TRACEFS/trace"
}

# trace_calls [FILTER]: trace the calls of the test module
trace_calls() {
	echo 0 >"$EVENTS/enable"
	echo >"$TRACEFS/trace"
	echo "${1:-0}" >"$EVENTS/jit_alloc/filter"
	made=$(stat_of packs_made) returned=$(stat_of packs_returned)
	echo 1 >"$EVENTS/enable"
	run_cases jit_test_sight calls
	echo 0 >"$EVENTS/enable"
	made=$(($(stat_of packs_made) - made))
	returned=$(($(stat_of packs_returned) - returned))
}

unload_modules jitalloc
vm_test_begin 20 jit_test_sight
for event in alloc free update grow shrink reclaim; do
	ktap_check "jit_$event has a format and a number" \
		grep -q '^ID: [0-9]' "$EVENTS/jit_$event/format"
done

buffer=$(cat "$TRACEFS/buffer_size_kb")
echo 4096 >"$TRACEFS/buffer_size_kb"
by='caller=test_calls\+0x[0-9a-f/x]+ \[jit_test_sight\]'
block='size=(100|8388608) address=0x[0-9a-f]+'
trace_calls
allocs=$(figure allocs) frees=$(figure frees)
ktap_check_equal "each allocation is an event" \
	"$(events " jit_alloc: $by type=bpf pool=(text|data) $block ns=")" "$allocs"
ktap_check_equal "a third of them is data" \
	"$(events ' jit_alloc: .* pool=data ')" $((allocs / 3))
ktap_check_equal "each free is an event" \
	"$(events " jit_free: $by type=bpf pool=(text|data) $block\$")" "$frees"
ktap_check_equal "of the addresses that were allocated" \
	"$(sed -n 's/.* jit_free: .* address=\(0x[0-9a-f]*\).*/\1/p' \
	   "$TRACEFS/trace" | sort)" \
	"$(sed -n 's/.* jit_alloc: .* address=\(0x[0-9a-f]*\) .*/\1/p' \
	   "$TRACEFS/trace" | sort)"
ktap_check_equal "each write is an event" \
	"$(events " jit_update: $by address=0x[0-9a-f]+ size=100 err=")" \
	"$(figure updates)"
ktap_check_equal "with its error" \
	"$(events ' jit_update: .* err=-13 ns=')" "$(figure failed)"
ktap_check_equal "each new pack is an event" \
	"$(events ' jit_grow: pool=(text|data) address=0x[0-9a-f]+ bytes=[1-9][0-9]* ns=')" "$made"
ktap_check "and there were some" test "$made" -gt 0
ktap_check "and some were given back" test "$returned" -gt 0
ktap_check_equal "each of those is an event" \
	"$(events ' jit_shrink: pool=(text|data) address=0x[0-9a-f]+ bytes=[1-9]')" "$returned"
ktap_check_equal "all blocks are reclaimed" \
	"$(sed -n 's/.* jit_reclaim: blocks=\([0-9]*\) .*/\1/p' "$TRACEFS/trace" |
	   awk '{ n += $1 } END { print n + 0 }')" "$frees"

trace_calls 'is_text == 0'
ktap_check_equal "a filter is obeyed" "$(events ' jit_alloc: ')" \
	$((allocs / 3))
echo 0 >"$EVENTS/jit_alloc/filter"
echo >"$TRACEFS/trace"
echo "$buffer" >"$TRACEFS/buffer_size_kb"
vm_test_end
