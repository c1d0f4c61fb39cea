#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each step of each public function fails once, and of the files that root reads: what
# is documented comes of it, everything works after that, and nothing is left.
#
# boot: own
# timeout: 1500

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/../variants/lib.sh"
. "$(dirname "$0")/lib.sh"

FILES="owners blocks packs"

nothing() {
	:
}

# What a sweep of a case is: of what holds nothing, and of what needs text.
run_case() {
	case_run "$case"
}

after() {
	case_run works empty
}

keep() {
	case_run keep
}

keep_named() {
	case_run keep name
}

after_kept() {
	case_run keep_no_more works empty
}

# A file is read, or cannot be opened.
read_file() {
	mapfile -t 2>/dev/null <"$DEBUGFS/jitalloc/$file" || return 0
}

readable() {
	grep -q . "$DEBUGFS/jitalloc/$file" || wrong+="$file cannot be read"$'\n'
}

after_file() {
	readable
	case_run works
}

# It watches, or it does not.
watch() {
	{ echo 1 >"$DEBUGFS/jitalloc/watch"; } 2>/dev/null && watches=1 || watches=0
}

after_watch() {
	[ "$(cat "$DEBUGFS/jitalloc/watch")" = "$watches" ] || wrong+="watch is by halves"$'\n'
	echo 0 >"$DEBUGFS/jitalloc/watch"
	case_run works empty
}

# sweep_cases WHAT CASE...
sweep_cases() {
	local what=$1

	shift
	for case in "$@"; do
		sweep "$what$case" nothing run_case after
	done
}

LIMIT=/sys/module/jitalloc/parameters/limit
ALLOCATING="text_of_modules data text_pack data_pack text_own data_own text_rw dup many cache"
KEPT="update_copy update_inside update_set update_split update_batch name"

# collect: adds to $reached and $injected what the points say
reached='' injected=0
collect() {
	[ -e "$FAIL/points" ] || return 0
	reached+=$(points 3)$'\n'
	injected=$((injected + $(faults_injected)))
}

# begin [PARAM=VALUE...]: an allocator that has nothing, and whose writer's address
# space is seen when text is first mapped there
# shellcheck disable=SC2120	# parameters are those of the allocator
begin() {
	unload_modules "$CASES" jitalloc
	load_variant faults reserve=0 "$@" && load_module "$CASES" && echo 0 >"$FAIL/verbose"
}

# What is made for the first pack of all stays.
begin_empty() {
	collect
	# shellcheck disable=SC2119
	begin || wrong+="it cannot be loaded again"$'\n'
}

# The kernel's own cache of text is not asked again when it had none, before there was
# memory for a large pack.
begin_borrowing() {
	case_run text_pack barrier
}

# There is no memory by the limit, only for what waits.
begin_limited() {
	case_run keep
	echo $((2 << 20)) >"$LIMIT"
}

after_limited() {
	echo 0 >"$LIMIT"
	after_kept
}

ktap_print_header
ktap_set_plan 88
log_mark
case=text
sweep "first text" begin_empty run_case after
case=data
sweep "first data" begin_empty run_case after
collect
ktap_check "loads" begin
run_cases "$CASES" text sees
case=text
sweep text begin_borrowing run_case after
# shellcheck disable=SC2086
sweep_cases "" $ALLOCATING
case=text_pack
sweep "beyond the limit" begin_limited run_case after_limited
for case in $KEPT; do
	sweep "$case" keep run_case after_kept
done
case=extable
sweep extable keep_named run_case after_kept
case_run keep
for file in $FILES; do
	sweep "$file" nothing read_file after_file
done
case_run keep_no_more
sweep watch nothing watch after_watch

# All of it at random places
collect
ktap_check "loads with harden=1" begin harden=1
run_cases "$CASES" text sees barrier
# shellcheck disable=SC2086
sweep_cases "hardened " text $ALLOCATING
collect

ktap_check_equal "as many were injected as there were steps" "$injected" "$swept"
ktap_figure faults_swept "$swept"
missed=
for point in $(points 0); do
	is_load_point "$point" || is_unreached "$point" || grep -qx "$point" <<<"$reached" || missed+=" $point"
done
ktap_check_equal "each point has failed that is not for loading" "$missed" ""
ktap_check_equal "no allocation is live" "$(live_count)" 0
unload_modules "$CASES" jitalloc
ktap_check_equal "no mapping is left" "$(allocator_mappings)" 0
ktap_check "the log is clean" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
