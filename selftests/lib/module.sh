# SPDX-License-Identifier: GPL-2.0
#
# Modules and the kernel log, for test scripts that run as root in the VM.
# Source it after ktap.sh.
#
# The modules of this tree are loaded by path, never by modprobe, so that what
# is tested is what was just built. A module that is not there makes the
# caller fail.

DEBUGFS=/sys/kernel/debug

# Top of the tree, or of an installed copy of selftests/, and where the modules
# were built.
TOPDIR=${TOPDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
MODDIR=${JITALLOC_MODDIR:-$TOPDIR}

# What in the log means that the kernel found something wrong.
LOG_SPLAT='BUG:|WARNING:|Oops|Call Trace|insecure W\+X|W\+X mappings: FAILED'
LOG_SPLAT=$LOG_SPLAT'|W\^X violation|KFENCE|UBSAN|soft lockup|hung task|rcu.*stall'

# module_path NAME: where the module was built
module_path() {
	local path

	for path in "$MODDIR"/rust/"$1".ko "$MODDIR"/samples/*/"$1".ko \
		    "$MODDIR"/selftests/*/"$1".ko; do
		if [ -f "$path" ]; then
			echo "$path"
			return 0
		fi
	done
	ktap_print_msg "$1.ko has not been built" >&2
	return 1
}

module_is_loaded() {
	grep -q "^$1 " /proc/modules
}

# module_refcount NAME
module_refcount() {
	awk -v m="$1" '$1 == m { print $3 }' /proc/modules
}

# load_module NAME [PARAM=VALUE...]: what it depends on is loaded before it.
load_module() {
	local name=$1 path dep

	shift
	path=$(module_path "$name") || return 1
	for dep in $(modinfo -F depends "$path" | tr , ' '); do
		module_is_loaded "$dep" && continue
		if module_path "$dep" >/dev/null 2>&1; then
			load_module "$dep" || return 1
		else
			modprobe "$dep" || return 1
		fi
	done
	insmod "$path" "$@"
}

unload_module() {
	rmmod "$1"
}

# Unload what is loaded of the arguments, in their order; for cleaning up.
unload_modules() {
	local name

	for name in "$@"; do
		! module_is_loaded "$name" || rmmod "$name"
	done
}

# reload [PARAM=VALUE...]: an allocator that has nothing yet
reload() {
	unload_modules jitalloc
	load_module jitalloc "$@"
}

# log_mark: put a cursor into the kernel log
log_mark() {
	LOG_CURSOR="selftest mark $$ $((LOG_MARKS = ${LOG_MARKS:-0} + 1))"
	echo "$LOG_CURSOR" >/dev/kmsg
}

# log_since_mark: what the kernel said since the cursor
log_since_mark() {
	dmesg | awk -v m="$LOG_CURSOR" '
		seen { print }
		length($0) >= length(m) &&
		substr($0, length($0) - length(m) + 1) == m { seen = 1 }'
}

# log_count REGEX: lines since the cursor
log_count() {
	log_since_mark | grep -cE "$1"
}

# log_is_clean: nothing since the cursor is a report of something wrong
log_is_clean() {
	! log_since_mark | grep -E "$LOG_SPLAT"
}

# wx_is_clean: no page of the kernel is writable and executable at once
wx_is_clean() {
	local verdict

	if [ ! -e "$DEBUGFS/check_wx_pages" ]; then
		echo "the kernel has no check_wx_pages"
		return "$KSFT_SKIP"
	fi

	verdict=$(cat "$DEBUGFS/check_wx_pages") || return 1
	[ "$verdict" = SUCCESS ] || { echo "check_wx_pages: $verdict"; return 1; }
}

# wx_watch PAUSE: read the whole of the page tables from now on, again after
# each PAUSE seconds
wx_watch() {
	WX_VERDICTS=$(mktemp)
	(while cat "$DEBUGFS/check_wx_pages"; do sleep "$1"; done) \
		>"$WX_VERDICTS" &
	WX_WATCHER=$!
}

# wx_watched: stop, and report in two results that it was read and what it was
wx_watched() {
	if [ ! -e "$DEBUGFS/check_wx_pages" ]; then
		ktap_test_skip "W^X is read meanwhile" "the kernel has no check_wx_pages"
		ktap_test_skip "W^X meanwhile" "the kernel has no check_wx_pages"
		return
	fi
	kill "$WX_WATCHER"
	wait "$WX_WATCHER" 2>/dev/null
	ktap_figure wx_reads_meanwhile "$(wc -l <"$WX_VERDICTS")"
	ktap_check "W^X is read meanwhile" grep -q SUCCESS "$WX_VERDICTS"
	ktap_check_equal "W^X meanwhile" "$(grep -cv SUCCESS "$WX_VERDICTS")" 0
	rm -f "$WX_VERDICTS"
}

# stat_of NAME: a counter of the allocator
stat_of() {
	awk -v name="$1" '$1 == name { print $2 }' "$DEBUGFS/jitalloc/stats"
}

# live_count: allocations that are live
live_count() {
	awk '!/^#/ { n += $2 } END { print n + 0 }' "$DEBUGFS/jitalloc/live"
}

# live_bytes: and their bytes
live_bytes() {
	awk '!/^#/ { n += $3 } END { print n + 0 }' "$DEBUGFS/jitalloc/live"
}

# How many mappings there are that the allocator may have made: once it is
# unloaded, who made them has no name any more.
allocator_mappings() {
	awk '$3 ~ /jitalloc|^0x/' /proc/vmallocinfo | wc -l
}

# run_cases MODULE CASE...: have a test module run cases, and report what it
# found. A case that can't be run, or that finds nothing, fails.
run_cases() {
	local module=$1 case results

	shift
	for case in "$@"; do
		if echo "$case" >"$DEBUGFS/$module/run" &&
		   results=$(cat "$DEBUGFS/$module/results") &&
		   [ -n "$results" ]; then
			ktap_import <<<"$results"
		else
			ktap_test_fail "$module: case $case can be run"
		fi
	done
}

# What most test scripts begin and end with.
#
# vm_test_begin PLAN MODULE [PARAM=VALUE...]: the plan is what the script itself
# reports; the two functions add VM_TEST_CASES.
VM_TEST_CASES=4

vm_test_begin() {
	local plan=$1

	shift
	VM_TEST_MODULE=$1
	ktap_print_header
	ktap_set_plan $((plan + VM_TEST_CASES))
	log_mark
	ktap_check "$1 loads" load_module "$@" ||
		ktap_exit_fail_msg "$1 does not load"
}

vm_test_end() {
	ktap_check "$VM_TEST_MODULE unloads" unload_module "$VM_TEST_MODULE"
	unload_modules jitalloc
	ktap_check "the log is clean" log_is_clean
	ktap_check "no page is writable and executable" wx_is_clean
	ktap_finished
}

# left_by MODULE: how many allocations the log says that it has left, since the mark
left_by() {
	log_since_mark | sed -n "s/.*jitalloc: $1 has left \([0-9]*\) allocations .*/\1/p" |
		awk '{ sum += $1 } END { print sum + 0 }'
}
