#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The limit and the reserve are changed while memory is held: nothing is taken
# from anybody, and what is not needed any more goes back. They are changed while
# others allocate, and while the module comes and goes.
#
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

SYSFS=/sys/module/jitalloc/parameters
MIB=$((1 << 20))
LIMIT=$((32 * MIB))
WRITES=300
PAIRS=15

# refused PARAM VALUE ERROR LINES: three results
refused() {
	local before err

	before=$(cat "$SYSFS/$1")
	log_mark
	err=$(printf %s "$2" 2>&1 >"$SYSFS/$1") &&
		err="no error"
	ktap_check "$1='$2': $3" grep -q "$3" <<<"$err"
	ktap_check_equal "$1='$2': it stays as it was" "$(cat "$SYSFS/$1")" "$before"
	ktap_check_equal "$1='$2': lines in the log" \
		"$(log_count "jitalloc: $1=.* bytes of memory")" "$4"
}

# wait_held BYTES: until no more is held
wait_held() {
	local i

	for ((i = 0; i < 100; i++)); do
		[ "$(stat_of held_bytes)" -gt "$1" ] || return 0
		sleep 0.1
	done
	echo "$(stat_of held_bytes) held, $1 wanted"
	return 1
}

# at_least A B
at_least() {
	echo "$1 of $2"
	[ "$1" -ge "$2" ]
}

unload_modules jitalloc
load_module jitalloc limit=$LIMIT reserve=0
vm_test_begin 67 jit_test_limits

refused limit $(($(total_memory) + 64 * MIB)) "Invalid argument" 1
refused limit "$(getconf ULONG_MAX)" "Invalid argument" 1
refused limit 99999999999999999999 "Numerical result out of range" 0
refused limit -1 "Invalid argument" 0
refused limit 64M "Invalid argument" 0
refused reserve many "Invalid argument" 0
log_mark

run_cases jit_test_limits fill
held=$(stat_of held_bytes) live=$(live_count)
ktap_check "the limit is held" at_least "$held" $((LIMIT * 9 / 10))
run_cases jit_test_limits refused
echo $((LIMIT / 2)) >$SYSFS/limit
ktap_check_equal "lower: it is in effect" "$(stat_of limit_bytes)" $((LIMIT / 2))
ktap_check_equal "lower: it is shown" "$(cat $SYSFS/limit)" $((LIMIT / 2))
ktap_check_equal "lower: nothing is taken away" "$(live_count)" "$live"
ktap_check_equal "lower: nor any memory" "$(stat_of held_bytes)" "$held"
run_cases jit_test_limits refused
echo $((64 * MIB)) >$SYSFS/limit
run_cases jit_test_limits granted
echo $((LIMIT / 2)) >$SYSFS/limit
run_cases jit_test_limits refused drain_most granted
ktap_check "three quarters went back" wait_held $((LIMIT / 3))
run_cases jit_test_limits drain
ktap_check_equal "all went back" "$(stat_of held_bytes)" 0

echo 0 >$SYSFS/limit
ktap_check "limit=0: it is the default" is_default_limit "$(cat $SYSFS/limit)"
ktap_check "limit=0: it is in effect" is_default_limit "$(stat_of limit_bytes)"
run_cases jit_test_limits granted

# What nobody has asked for yet
echo $((8 * MIB)) >$SYSFS/reserve
echo $LIMIT >$SYSFS/limit
run_cases jit_test_limits fill drain
ktap_check_equal "reserve: it is shown" "$(cat $SYSFS/reserve)" $((8 * MIB))
ktap_check "reserve: as much is retained" \
	at_least "$(stat_of held_bytes)" $((6 * MIB))
echo $MIB >$SYSFS/limit
ktap_check "empty packs go back for a lower limit" wait_held $MIB
echo $LIMIT >$SYSFS/limit
run_cases jit_test_limits fill drain
ktap_check "reserve: it is retained again" \
	at_least "$(stat_of held_bytes)" $((6 * MIB))
echo 0 >$SYSFS/reserve
ktap_check "empty packs go back for a lower reserve" wait_held 0
ktap_check_equal "no lower limit has made a failure of what was there" \
	"$(live_count)" 0

# While others allocate
echo 65536 >$SYSFS/limit
load_module jit_test_churn starved=1 seconds=10
(
	# Until then they have too little to begin with.
	sleep 1
	for ((i = 0; i < WRITES; i++)); do
		echo $(((i % 3 ? 64 : 0) * MIB + 65536)) >$SYSFS/limit || exit 1
		cat $SYSFS/limit >/dev/null || exit 1
		sleep 0.02
	done
) &
writer=$!
run_cases jit_test_churn churn
wait $writer
ktap_test_result "the limit was written $WRITES times meanwhile" $?
ktap_check "and nothing of it is left" wait_held 0
unload_modules jit_test_churn

# While the module comes and goes
unload_modules jit_test_limits jitalloc
done=$(mktemp)
(
	while [ -e "$done" ]; do
		{ echo $((RANDOM * 4096)) >$SYSFS/limit; } 2>/dev/null &&
			{ cat $SYSFS/limit $SYSFS/reserve; } >/dev/null 2>&1 &&
			echo x >>"$done"
	done
) &
writer=$!
pairs=0
for ((i = 0; i < PAIRS; i++)); do
	load_module jitalloc && unload_module jitalloc && pairs=$((pairs + 1))
done
writes=$(wc -l <"$done")
rm "$done"
wait $writer
ktap_figure limits_written_while_the_module_comes_and_goes "$writes"
ktap_check_equal "$PAIRS loads and unloads while it is written" $pairs $PAIRS
ktap_check "it was written meanwhile" at_least "$writes" 1
load_module jit_test_limits
vm_test_end
