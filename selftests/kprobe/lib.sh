# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# jit_kprobe against the kernel's own kprobe events. Source it after ktap.sh
# and module.sh.

PROBE=$DEBUGFS/jit_kprobe
TRACING=/sys/kernel/tracing
# The program that calls kernel functions; workload.c says what it can. It is
# built with the modules.
WORKLOAD=$MODDIR/selftests/kprobe/workload

# What the tests name of an architecture
# shellcheck disable=SC2034
case $(uname -m) in
x86_64)
	REGS=(%di %si %dx %cx %r8 %r9)
	BITS=64
	NOKPROBE=exc_int3
	ENTRY=asm_exc_page_fault
	;;
arm*)
	REGS=(%r0 %r1 %r2 %r3)
	BITS=32
	NOKPROBE=get_kprobe
	ENTRY=vector_swi
	;;
*)
	REGS=(%x0 %x1 %x2 %x3 %x4 %x5 %x6 %x7)
	BITS=64
	NOKPROBE=do_el1_brk64
	ENTRY=el1h_64_sync_handler
	;;
esac

# event_add EVENT SYMBOL FETCH [FILTER]: a kprobe event of the kernel that counts
# in its hist file. FETCH is how an argument is fetched, e.g. v=$(reg_of 0):u32, and
# FILTER what the kernel compares it with, e.g. "v & 3".
event_add() {
	echo "p:selftest/$1 $2 $3" >>$TRACING/kprobe_events &&
	echo "hist:keys=common_cpu${4:+ if $4}" \
		>$TRACING/events/selftest/"$1"/trigger
}

event_hist() {
	echo $TRACING/events/selftest/"$1"/hist
}

event_del() {
	echo '!hist:keys=common_cpu' >$TRACING/events/selftest/"$1"/trigger
	echo "-:selftest/$1" >>$TRACING/kprobe_events
}

# events_clear: no event is left, whatever happened
events_clear() {
	local event

	for event in "$TRACING"/events/selftest/*/; do
		[ -d "$event" ] && event_del "$(basename "$event")"
	done 2>/dev/null
	[ -z "$(cat $TRACING/kprobe_events)" ]
}

# The register of an argument, as kprobe events call it.
reg_of() {
	echo "${REGS[$1]}"
}

# probe_load PARAM=VALUE...: like load_module jit_kprobe, but quicker for many times
probe_load() {
	PROBE_KO=${PROBE_KO:-$(module_path jit_kprobe)} || return 1
	module_is_loaded jitalloc || load_module jitalloc || return 1
	insmod "$PROBE_KO" "$@"
}

# count WORKLOAD-ARGUMENTS...: run it, set HITS and MATCHES as the module counted
# them and KERNEL_HITS and KERNEL_MATCHES as the events "hits" and "matches" did
count() {
	local lines

	mapfile -t lines < <("$WORKLOAD" -c "$PROBE/hits" -c "$PROBE/matches" \
		-c "$(event_hist hits)" -c "$(event_hist matches)" "$@")
	[ ${#lines[@]} -eq 4 ] || return 1
	HITS=${lines[0]##* } MATCHES=${lines[1]##* }
	KERNEL_HITS=${lines[2]##* } KERNEL_MATCHES=${lines[3]##* }
}

# counts_agree: exactly, and the filter let some calls through but not all
counts_agree() {
	echo "module: $HITS hits, $MATCHES matches;" \
	     "kernel: $KERNEL_HITS hits, $KERNEL_MATCHES matches"
	[ "$HITS" -eq "$KERNEL_HITS" ] && [ "$MATCHES" -eq "$KERNEL_MATCHES" ] &&
		[ "$MATCHES" -gt 0 ] && [ "$MATCHES" -lt "$HITS" ] &&
		[ "$(<"$PROBE/missed")" -eq 0 ]
}

# Everything back as it was; for a trap.
kprobe_cleanup() {
	unload_modules jit_kprobe jitalloc
	events_clear
}

# predicate_test BACKEND PLAN COMPILER [EMULATOR]
predicate_test() {
	local backend=$1 plan=$2 compiler=$3 emulator=${4-} samples out status

	samples=$TOPDIR/samples
	out=$TOPDIR/build/kprobe/$backend
	ktap_print_header
	mkdir -p "$out"
	# shellcheck disable=SC2086 # a compiler and its flags
	$compiler -O2 -Wall -Wextra -I"$samples/kprobe" -I"$samples/kprobe/$backend" \
		-I"$samples/arch/$backend" -I"$TOPDIR/include" -DCONFIG_X86_KERNEL_IBT \
		-o "$out/predicate_test" \
		"$TOPDIR/selftests/kprobe/predicate_test.c" \
		"$samples/kprobe/predicate.c" "$samples/kprobe/$backend/compile.c" 2>"$out/predicate_test.log" || {
		ktap_print_msg "$(cat "$out/predicate_test.log")"
		ktap_exit_fail_msg "the code generator does not compile in user space"
	}

	$emulator "$out/predicate_test" >"$out/predicate_test.out"
	status=$?

	ktap_set_plan "$plan"
	ktap_import <"$out/predicate_test.out"
	ktap_check_equal "the program ran to its end" "$status" 0
	ktap_finished
}
