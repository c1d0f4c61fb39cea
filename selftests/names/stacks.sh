#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Stacks with generated code in them, as tracers see them: three callers behind it.
#
# timeout: 300
# arch: x86 arm64: not tried on arm, whose kernel unwinds by tables

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

TRACEFS=/sys/kernel/tracing
[ -e "$TRACEFS/trace" ] || mount -t tracefs tracefs "$TRACEFS"
RUN=$DEBUGFS/jit_test_traces/run
CALLS=10
CALLERS=(traces_caller_a traces_caller_b traces_caller_c)

# count_stacks NAME: of the stacks on standard input, one a line with the
# innermost first, how many have the code with that name and then its callers
count_stacks() {
	grep -cE "$1( |\+0x[0-9a-f]+/0x[0-9a-f]+ )\[jitalloc\].*${CALLERS[0]}.*${CALLERS[1]}.*${CALLERS[2]}"
}

# traced_stacks: the stacks of the trace, one a line
traced_stacks() {
	awk '/<stack trace>|kernel_stack/ { if (line) print line; line = " " ; next }
	     /^ *=> / { sub(/^ *=> /, ""); line = line ";" $0; next }
	     { if (line) print line; line = "" }
	     END { if (line) print line }' "$TRACEFS/trace"
}

# calls: have the module call the traced function. The trace has addresses, so
# the text stays until the next call or case "drop".
calls() {
	echo call >"$RUN"
	[ "$(sed -n 's/^# figure: traces_calls=//p' "$DEBUGFS/jit_test_traces/results")" = "$CALLS" ]
}

# check_stacks WHAT COUNT NR
check_stacks() {
	ktap_check_equal "$1: stacks with the name and three callers" "$2" "$3"
	ktap_figure "names_stacks_${1// /_}" "$2"
	[ "$2" = "$3" ] || ktap_print_msg "${4:-}"
}

vm_test_begin 17 jit_test_traces
echo 1 >"$TRACEFS/options/sym-offset"

# The function tracer
echo jit_test_traced >"$TRACEFS/set_ftrace_filter"
echo 1 >"$TRACEFS/options/func_stack_trace"
echo function >"$TRACEFS/current_tracer"
ktap_check "the function is called under the function tracer" calls
check_stacks "function tracer" "$(traced_stacks | count_stacks jit_test_calling)" $CALLS
traced_stacks | head -1 | sed 's/^/# /'
echo nop >"$TRACEFS/current_tracer"
echo >"$TRACEFS/set_ftrace_filter"

# An event of a kprobe, with the option and with a trigger
echo 'p:jit_test/traced jit_test_traces:jit_test_traced' >>"$TRACEFS/kprobe_events"
EVENT=$TRACEFS/events/jit_test/traced
ktap_check "there is an event" test -e "$EVENT/id"
echo >"$TRACEFS/trace"
echo 1 >"$TRACEFS/options/stacktrace"
echo 1 >"$EVENT/enable"
ktap_check "the function is called with stacks of events" calls
echo 0 >"$EVENT/enable"
echo 0 >"$TRACEFS/options/stacktrace"
check_stacks "event" "$(traced_stacks | count_stacks jit_test_calling)" $CALLS

echo >"$TRACEFS/trace"
echo stacktrace >"$EVENT/trigger"
ktap_check "the function is called with a trigger" calls
echo '!stacktrace' >"$EVENT/trigger"
check_stacks "trigger" "$(traced_stacks | count_stacks jit_test_calling)" $CALLS
echo >"$TRACEFS/trace"

# A task that sleeps in what the text has called; freed text stays till then
echo sleep >"$RUN" &
sleeper=$!
for _ in {1..100}; do
	grep -q sleep_here "/proc/$sleeper/stack" && break
	sleep 0.1
done
stack=$(tr '\n' ';' <"/proc/$sleeper/stack")
ktap_print_msg "$stack"
check_stacks "of a task" "$(count_stacks jit_test_sleeping <<<"$stack")" 1
ktap_check "its text is in kallsyms" grep -q ' jit_test_sleeping \[jitalloc\]' /proc/kallsyms
run_cases jit_test_traces free_sleeper
# More than one round of the worker
sleep 1
check_stacks "of a task in freed text" \
	"$(tr '\n' ';' <"/proc/$sleeper/stack" | count_stacks jit_test_sleeping)" 1
run_cases jit_test_traces wake
wait $sleeper
ktap_check_equal "the name is gone when the task has left" \
	"$(grep -c jit_test_sleeping /proc/kallsyms)" 0

# perf and BPF
id=$(cat "$EVENT/id")
stacks=$(python3 "$(dirname "$0")/kernel.py" callchain "$id" "$RUN" call 2>&1)
run_cases jit_test_traces drop
check_stacks "call chains of perf" "$(count_stacks jit_test_calling <<<"$stacks")" $CALLS "$stacks"
head -1 <<<"$stacks" | sed 's/^/# /'
stacks=$(python3 "$(dirname "$0")/kernel.py" bpf "$id" "$RUN" call 2>&1)
run_cases jit_test_traces drop
# A map has each of them once.
check_stacks "stacks of BPF" "$(count_stacks jit_test_calling <<<"$stacks")" 1 "$stacks"
head -1 <<<"$stacks" | sed 's/^/# /'
echo '-:jit_test/traced' >>"$TRACEFS/kprobe_events"
vm_test_end
