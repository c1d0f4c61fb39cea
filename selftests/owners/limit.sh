#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each module may have so much, to a byte: of what it allocates then and of what it
# had before, by whoever frees it, and not of what others have.
#
# quick: yes
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

SYSFS=/sys/module/jitalloc/parameters
KIB=1024
MIB=$((1 << 20))
# More than there are accounts
OWNERS=70

# set_limit BYTES: for all, and for the modules to know it
set_limit() {
	echo "$1" >$SYSFS/owner_limit || return 1
	for module in jit_test_owner jit_test_other; do
		! module_is_loaded $module ||
			echo "$1" >/sys/module/$module/parameters/limit
	done
}

# refusals MODULE: lines in the log since the mark
refusals() {
	log_count "jitalloc: .*\[$1\] is refused [0-9]+ bytes: its module has"
}

# between MIN VALUE MAX
between() {
	echo "$1 <= $2 <= $3"
	[ "$1" -le "$2" ] && [ "$2" -le "$3" ]
}

# error_of VALUE
error_of() {
	{ printf %s "$1" >$SYSFS/owner_limit; } 2>&1
}

unload_modules jit_test_other jit_test_owner jitalloc
load_module jitalloc
vm_test_begin 58 jit_test_owner
ktap_check "jit_test_other loads" load_module jit_test_other

ktap_check_equal "there is no limit" "$(cat $SYSFS/owner_limit)" 0
ktap_check "nonsense is refused" grep -q "Invalid argument" <<<"$(error_of few)"
ktap_check "more than the machine has is refused" \
	grep -q "Invalid argument" <<<"$(error_of "$(getconf ULONG_MAX)")"
ktap_check_equal "the log says why" "$(log_count 'jitalloc: owner_limit=.* of memory')" 1
ktap_check_equal "there still is none" "$(cat $SYSFS/owner_limit)" 0

run_cases jit_test_owner take
live=$(live_count)
set_limit $((64 * KIB))
ktap_check_equal "what was there before stays" "$(live_count)" "$live"
run_cases jit_test_owner refused
ktap_check "the log names the module" between 1 "$(refusals jit_test_owner)" 1

log_mark
set_limit $((2 * MIB))
run_cases jit_test_owner fill refused
ktap_check "the log names the module, not each time" \
	between 1 "$(refusals jit_test_owner)" 10
ktap_check_equal "and no other" "$(refusals jit_test_other)" 0
run_cases jit_test_other granted take fill refused
run_cases jit_test_owner refused
ktap_check_equal "every byte is live" "$(live_bytes)" $((4 * MIB))

run_cases jit_test_other free_foreign refused
run_cases jit_test_owner granted fill refused
run_cases jit_test_other free_all granted
run_cases jit_test_owner refused

set_limit $MIB
run_cases jit_test_owner refused
run_cases jit_test_other granted
run_cases jit_test_owner free_most granted fill refused

set_limit 0
run_cases jit_test_owner granted take free_most take
set_limit $((4 * MIB))
run_cases jit_test_owner fill refused

# What fails for another reason is not charged.
run_cases jit_test_owner free_all
set_limit $((8 * MIB))
echo $MIB >$SYSFS/limit
run_cases jit_test_owner fail
echo 0 >$SYSFS/limit
set_limit $MIB
run_cases jit_test_owner cache fill refused

# While it comes and goes
run_cases jit_test_owner free_all
(
	while [ -d /sys/module/jit_test_other ]; do
		for limit in 3000 0 20000 0; do
			echo $limit >$SYSFS/owner_limit
		done
	done
) &
writer=$!
run_cases jit_test_owner churn
unload_module jit_test_other
wait $writer
load_module jit_test_other
set_limit $MIB
run_cases jit_test_owner fill refused
run_cases jit_test_other fill

log_mark
unload_module jit_test_other
ktap_check_equal "what a module has left is named" "$(live_bytes)" $MIB
unload_module jit_test_owner
ktap_check_equal "nothing is live" "$(live_bytes)" 0
for ((i = 0; i < OWNERS; i++)); do
	load_module jit_test_owner idle=1 && unload_module jit_test_owner || break
done
ktap_check_equal "$OWNERS owners come and go" $i $OWNERS
load_module jit_test_owner
load_module jit_test_other
set_limit $MIB
run_cases jit_test_owner fill refused
run_cases jit_test_other fill refused
unload_module jit_test_other
vm_test_end
