#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# jit_kprobe under load: several functions, all CPUs, many calls, stopped and
# started again, unloaded while it is being hit. Every count is the same as
# that of the kernel's own kprobe event.
#
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

# function, workload, argument, type, operator, value, the event's filter
FUNCTIONS=(
	"alloc_empty_file open 0 u32 and 3 v & 3"
	"vfs_read read 2 u$BITS ge 128 v >= 128"
	"__sys_socket socket 0 s32 eq 2 v == 2"
	"ksys_mmap_pgoff mmap $((${#REGS[@]} > 4 ? 4 : 3)) u$BITS ne 0 v != 0"
)
# An offset of 64 bits is one argument, or the lower half of it the third.
if [ "$BITS" -eq 64 ]; then
	FUNCTIONS+=("null_lseek llseek 1 s64 lt 0 v < 0")
else
	FUNCTIONS+=("null_lseek llseek 2 s32 lt 0 v < 0")
fi

MANY=60000	# calls on each of two CPUs
ROUNDS=50

# probe SYMBOL ARG TYPE OP VALUE FILTER [PARAM...]: module and events on it
probe() {
	local fetch

	fetch="v=$(reg_of "$2"):$3"
	probe_load symbol="$1" arg="$2" type="$3" op="$4" value="$5" "${@:7}" &&
		event_add hits "$1" "$fetch" && event_add matches "$1" "$fetch" "$6"
}

unprobe() {
	events_clear
	unload_module jit_kprobe
}

one_function() {
	local status

	# shellcheck disable=SC2086
	set -- $1
	probe "$1" "$3" "$4" "$5" "$6" "${*:7}" && count -n 1000 "$2" "$3" &&
		counts_agree
	status=$?
	unprobe && return "$status"
}

# The name of its code, in the kernel's own table, at its address
has_a_name() {
	local addr

	addr=$(sed -n 's/^text: 0x\([0-9a-f]*\),.*/\1/p' "$PROBE/filter")
	grep -q "^$addr t jit_kprobe_ksys_mmap_pgoff \[jitalloc\]" /proc/kallsyms &&
		grep -qF 'name: jit_kprobe_ksys_mmap_pgoff [jitalloc]' "$PROBE/filter"
}

# A function that ftrace does not know is probed by a breakpoint, and the kernel's
# events don't probe it at all. Its users are known: half of the calls match.
by_breakpoint() {
	local lines

	probe_load symbol=__put_user_4 arg=3 op=and value=4 || return 1
	cat "$DEBUGFS/kprobes/list"
	mapfile -t lines < <("$WORKLOAD" -c "$PROBE/hits" -c "$PROBE/matches" \
		-n 1000 put_user)
	printf '%s\n' "${lines[@]}"
	grep -q '__put_user_4+0x0 *$' "$DEBUGFS/kprobes/list" &&
		[ "${lines[0]##* }" = 1000 ] && [ "${lines[1]##* }" = 500 ] &&
		unload_module jit_kprobe
}

many_calls() {
	local start end

	start=${EPOCHREALTIME/./}
	count -n $MANY -p 2 mmap 1 && counts_agree || return 1
	end=${EPOCHREALTIME/./}
	TOTAL=$HITS MILLISECONDS=$(((end - start) / 1000))
	[ "$HITS" -ge $((2 * MANY)) ]
}

# Both CPUs had their share, and the kernel puts the matches on the same ones.
both_cpus() {
	local cpu hits matches nr=0

	while read -r cpu hits matches; do
		echo "$cpu: $hits hits, $matches matches"
		[ "$hits" -ge "$MANY" ] || return 1
		grep -Eq "common_cpu: +${cpu#cpu} } hitcount: +$matches\$" \
			"$(event_hist matches)" || return 1
		nr=$((nr + 1))
	done <"$PROBE/cpus"
	[ "$nr" -eq 2 ]
}

# The second of two countings starts where the first ended; in between, there
# are calls that do not count.
stopped_and_started() {
	local i

	for ((i = 0; i < ROUNDS; i++)); do
		echo 0 >"$PROBE/enabled" || return 1
		[ "$(<"$PROBE/enabled")" = 0 ] || return 1
		count -n 20 mmap 1 || return 1
		[ "$HITS" -eq 0 ] && [ "$KERNEL_HITS" -eq 20 ] || return 1
		echo 1 >"$PROBE/enabled" || return 1
		[ "$(<"$PROBE/enabled")" = 1 ] || return 1
		count -n 20 mmap 1 && [ "$HITS" -eq 20 ] && counts_agree || return 1
	done
}

disabled_from_the_start() {
	local status=1

	probe ksys_mmap_pgoff 1 "u$BITS" eq 0 'v == 0' enabled=0 || return 1
	if count -n 100 mmap 1 && [ "$HITS" -eq 0 ] && [ "$KERNEL_HITS" -eq 100 ]; then
		echo 1 >"$PROBE/enabled"
		count -n 100 mmap 1 && counts_agree
		status=$?
	fi
	unprobe && return "$status"
}

bad_enabled() {
	local value

	for value in 2 -1 on ''; do
		echo "$value" >"$PROBE/enabled" && return 1
	done 2>/dev/null
	[ "$(<"$PROBE/enabled")" = 1 ]
}

# While the handler is hit on both CPUs, ten times.
unloaded_under_load() {
	local worker i status=0 deadline=$((SECONDS + 60))

	"$WORKLOAD" -n 100000000 -p 2 mmap 1 &
	worker=$!
	for ((i = 0; i < 10 && status == 0; i++)); do
		probe_load symbol=ksys_mmap_pgoff arg=1 op=gt value="$i" || status=1
		until [ "$status" -ne 0 ] || [ "$(<"$PROBE/hits")" -gt 100 ]; do
			[ "$SECONDS" -lt "$deadline" ] || status=1
		done
		unload_module jit_kprobe || status=1
	done
	pkill -P "$worker"
	wait "$worker" 2>/dev/null
	[ "$status" -eq 0 ] && log_is_clean && wx_is_clean
}

# There is no writing the text, and jitalloc stays while it is used.
holds_a_reference() {
	! unload_module jitalloc 2>/dev/null &&
		grep -q '^mapping: r-x ' "$PROBE/filter" && wx_is_clean
}

ktap_print_header
ktap_set_plan $((${#FUNCTIONS[@]} + 11))
trap kprobe_cleanup EXIT

log_mark

for function in "${FUNCTIONS[@]}"; do
	ktap_check "${function%% *}: counts agree" one_function "$function"
done

if [ "$(uname -m)" = x86_64 ]; then
	ktap_check "__put_user_4, by a breakpoint: half of the calls" by_breakpoint
else
	ktap_test_skip "a function that ftrace does not know: here every probe is a breakpoint"
fi
ktap_check "module and events on ksys_mmap_pgoff" \
	probe ksys_mmap_pgoff 1 s32 lt -5 'v < -5'
many_calls
ktap_test_result "$((2 * MANY)) calls on two CPUs: counts agree" $?
ktap_figure kprobe_hits "$TOTAL"
ktap_figure kprobe_hits_ms "$MILLISECONDS"
ktap_check "both CPUs had their share" both_cpus
ktap_check "stopped and started $ROUNDS times" stopped_and_started
ktap_check "only 0 and 1 are written to enabled" bad_enabled
ktap_check "its code has a name" has_a_name
ktap_check "text is r-x, and jitalloc cannot be unloaded" holds_a_reference
unprobe

ktap_check "loaded without counting" disabled_from_the_start
ktap_check "unloaded under load" unloaded_under_load
kprobe_cleanup
ktap_check "the kernel log is clean" log_is_clean
ktap_finished
