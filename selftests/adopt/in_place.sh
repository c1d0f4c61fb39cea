#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Trampolines of ftrace, and modules, are written in place, in memory of jitalloc.
#
# boot: own
# timeout: 400
# arch: x86: trampolines are only there, and modules are adopted only there

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

TRACING=/sys/kernel/tracing
TESTED=jit_test_in_place

# trace INSTANCE FUNCTION: by a trampoline of its own
trace() {
	mkdir -p "$TRACING/instances/$1" &&
		echo "$2" >"$TRACING/instances/$1/set_ftrace_filter" &&
		echo function >"$TRACING/instances/$1/current_tracer"
}

trace_no_more() {
	echo nop >"$TRACING/instances/$1/current_tracer" && rmdir "$TRACING/instances/$1"
}

# traced INSTANCE FUNCTION: how often
traced() {
	grep -c ": $2 <-" "$TRACING/instances/$1/trace"
}

# is_ours ADDRESS: whether text that was written in place begins there
is_ours() {
	awk -v at="$1" '$1 == at && $4 == "text" { found = 1 } END { exit !found }' \
		"$DEBUGFS/jitalloc/blocks"
}

# text_of MODULE: where it begins
text_of() {
	printf '0x%x' "$(cat "/sys/module/$1/sections/.text")"
}

# wrong_pages: those that jitalloc finds itself
wrong_pages() {
	awk '$1 == "wrong" { print $2 }' "$DEBUGFS/jitalloc/check_wx"
}

ktap_print_header
ktap_set_plan 33
log_mark
load_module $TESTED
ktap_check "a module's text is the kernel's" eval '! is_ours "$(text_of $TESTED)"'
ktap_check "a function is traced" trace old do_nanosleep
ktap_check "jit_adopt loads" load_module jit_adopt bpf=0 kprobes=0 ||
	ktap_exit_fail_msg "nothing to test"
ktap_check_equal "three functions are redirected" "$(redirected)" 3
ktap_check "what was there before goes on" eval 'sleep 0.2; [ "$(traced old do_nanosleep)" -gt 0 ]'
ktap_check "and is freed by the kernel" trace_no_more old
ktap_check "so is the module" unload_module $TESTED
ktap_check_equal "nobody has anything" "$(live_count)" 0

# Trampolines
ktap_check "a function is traced again" trace one do_nanosleep
ktap_check "and another" trace two do_nanosleep
sleep 0.2
ktap_check "both see it" eval '[ "$(traced one do_nanosleep)" -gt 0 ] && [ "$(traced two do_nanosleep)" -gt 0 ]'
ktap_check_equal "by trampolines of jitalloc's" "$(adopted ftrace allocated)" 2
ktap_check_equal "that it has made text of" "$(adopted ftrace written)" 2
ktap_check "unloading is refused meanwhile" eval '! rmmod jit_adopt 2>/dev/null'
ktap_check_equal "no page of it is wrong" "$(wrong_pages)" 0
ktap_check "no page of the kernel is writable and executable" wx_is_clean
ktap_check "one is traced no more" trace_no_more one
sleep 0.2
ktap_check "the other goes on" eval '
	before=$(traced two do_nanosleep); sleep 0.2; [ "$(traced two do_nanosleep)" -gt "$before" ]'
trace_no_more two
ktap_check "after a while nobody has anything" nothing_left

# Modules
ktap_check "a module that fails to load is refused as ever" \
	eval '! modprobe dummy numdummies=none 2>/dev/null'
ktap_check "and leaves nothing" nothing_left
ktap_check "a module loads" load_module $TESTED
ktap_check "its text is jitalloc's" is_ours "$(text_of $TESTED)"
ktap_check "which has made text of all that it has allocated" \
	test "$(adopted modules written)" -ge 2 -a "$(adopted modules fell_through)" -eq 0
ktap_check "a function of it is traced" trace three jit_test_run_write
# The case: it writes in place, while it is itself where that was done.
echo mistakes >"$DEBUGFS/$TESTED/run"
ktap_check_equal "and seen" "$(traced three jit_test_run_write)" 1
ktap_check "it does what it does elsewhere" eval '! grep "^not ok" "$DEBUGFS/$TESTED/results"'
trace_no_more three
ktap_check_equal "no page of it is wrong" "$(wrong_pages)" 0
unload_module $TESTED
ktap_check "after a while nobody has anything again" nothing_left
ktap_check "jit_adopt unloads" unload_module jit_adopt
ktap_check_equal "nothing is redirected any more" "$(redirected)" 0
unload_modules jitalloc
ktap_check "no page is writable and executable" wx_is_clean
ktap_check "the kernel has nothing to report" log_is_clean
ktap_finished
