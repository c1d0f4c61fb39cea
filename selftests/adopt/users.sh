#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's BPF and kprobes run on jitalloc, and do what they did before; they are
# adopted and left while they run.
#
# boot: own
# timeout: 400
# kernel: stock: probes and programs are placed by what the kernel says of its types
# arch: x86 arm64: no other has functions that can be redirected and BPF that packs

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

HERE=$(cd "$(dirname "$0")" && pwd)
OUT=$(mktemp -d)
PROBES=60

# results NAME: what programs and probes do now
results() {
	python3 "$HERE/ebpf.py" >"$OUT/ebpf.$1" &&
		python3 "$HERE/probes.py" $PROBES >"$OUT/probes.$1"
}


# probe_inside EVENT: an event at an instruction inside of do_nanosleep(), enabled
probe_inside() {
	local offset

	for offset in {9..24}; do
		echo "p:$1 do_nanosleep+$offset" 2>/dev/null >>/sys/kernel/tracing/kprobe_events &&
			break
	done
	echo 1 >/sys/kernel/tracing/events/"$1"/enable
}

ktap_print_header
ktap_set_plan 32
log_mark
ktap_check "nothing is redirected" test "$(redirected)" -eq 0
ktap_check "programs and probes run on the kernel's allocators" results kernel
ktap_check_equal "all programs are compiled" "$(grep -vc compiled "$OUT/ebpf.kernel")" 0
# Someone who was there before: his text is the kernel's, and stays.
probe_inside old/kept

NOBODY="bpf=0 kprobes=0" FUNCTIONS=5
[ "$(uname -m)" != x86_64 ] || NOBODY+=" ftrace=0 modules=0" FUNCTIONS=8
ktap_check "nobody to adopt is refused" eval '! load_module jit_adopt $NOBODY 2>/dev/null'
ktap_check "it loads" load_module jit_adopt || ktap_exit_fail_msg "nothing to test"
ktap_check_equal "all functions are redirected" "$(redirected)" $FUNCTIONS
ktap_check "the log says which" \
	eval '[ "$(log_since_mark | grep -c "jit_adopt:.*is redirected")" = "$FUNCTIONS" ]'
results jitalloc
ktap_check "programs do the same" cmp "$OUT/ebpf.kernel" "$OUT/ebpf.jitalloc"
ktap_check "probes are the same" cmp "$OUT/probes.kernel" "$OUT/probes.jitalloc"
ktap_check_equal "nothing has fallen through" \
	"$(adopted bpf fell_through) $(adopted kprobes fell_through)" "0 0"
# On arm64 only programs are: what writes the others is part of other functions there.
wanted=$(adopted bpf allocated)
[ "$(uname -m)" = x86_64 ] || wanted=$(grep -c . "$OUT/ebpf.jitalloc")
ktap_check "they were written through jitalloc" \
	test "$(adopted bpf written)" -ge "$wanted"
ktap_check "what was there before goes on" \
	eval 'sleep 0.2; [ "$(awk "\$1 == \"kept\" { print \$2 }" /sys/kernel/tracing/kprobe_profile)" -gt 0 ]'
echo 0 >/sys/kernel/tracing/events/old/kept/enable
ktap_check "and is freed by the kernel" eval 'echo "-:old/kept" >>/sys/kernel/tracing/kprobe_events'
ktap_check "after a while nobody has anything" nothing_left
ktap_check_equal "nor has jitalloc" "$(live_count)" 0

# Slots, and who may take the module away
probe_inside single/one
ktap_check "a probe has a slot of jitalloc's" test "$(live_count)" -ge 1
ktap_check "that has the kernel's name for it" \
	grep -q 'kprobe_insn_page.*\[jitalloc\]' /proc/kallsyms
ktap_check "unloading is refused meanwhile" eval '! rmmod jit_adopt 2>/dev/null'
ktap_check "so is that of jitalloc" eval '! rmmod jitalloc 2>/dev/null'
sleep 0.2
ktap_check "the probe is hit" \
	eval '[ "$(awk "\$1 == \"one\" { print \$2 }" /sys/kernel/tracing/kprobe_profile)" -gt 0 ]'

# Drained
ktap_check "drain takes nothing but 1" eval '! echo 0 2>/dev/null >$DIR/drain'
ktap_check "it can be drained" eval 'echo 1 >$DIR/drain'
allocated=$(adopted bpf allocated)
results drained
ktap_check "programs do the same then" cmp "$OUT/ebpf.kernel" "$OUT/ebpf.drained"
ktap_check_equal "and are the kernel's" "$(adopted bpf allocated)" "$allocated"
ktap_check "which is counted" test "$(adopted bpf fell_through)" -gt 0
echo 0 >/sys/kernel/tracing/events/single/one/enable
echo '-:single/one' >>/sys/kernel/tracing/kprobe_events
ktap_check "after a while nobody has anything again" nothing_left
ktap_check "it unloads" unload_module jit_adopt
ktap_check_equal "nothing is redirected any more" "$(redirected)" 0
ktap_check "programs and probes run as before" results after
ktap_check "and do the same" cmp "$OUT/ebpf.kernel" "$OUT/ebpf.after"
unload_modules jitalloc
ktap_check "no page is writable and executable" wx_is_clean
ktap_check "the kernel has nothing to report" log_is_clean
ktap_finished
