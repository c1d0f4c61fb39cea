#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Generated code returns as the rest of the kernel does: through the return
# thunk that the kernel said at boot it uses, or with a plain return if it
# uses none.
#
# boot: own
# append: indirect_target_selection=force
# arch: x86: return thunks are a mitigation of x86

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

# The last bytes of the code, as many as are asked for, in hexadecimal.
last_bytes() {
	tail -c "$1" "$PROBE/code" | od -An -tx1 | tr -d ' \n'
}

# Where the jump at the end of the code goes.
jump_target() {
	local addr len disp

	read -r _ addr len _ < <(grep '^text: ' "$PROBE/filter")
	disp=$(tail -c 4 "$PROBE/code" | od -An -td4)
	printf '%x\n' $((${addr%,} + len + disp))
}

returns_as_the_kernel() {
	local last

	if [ -z "$THUNK" ]; then
		last=$(last_bytes 2)
		echo "ends with $last"
		[ "$last" = c3cc ]
		return
	fi
	last=$(last_bytes 5)
	echo "ends with $last, a jump to $(jump_target)"
	[ "${last:0:2}" = e9 ] &&
		grep -q "^$(jump_target) [Tt] $THUNK\$" /proc/kallsyms
}

ktap_print_header
ktap_set_plan 5
trap kprobe_cleanup EXIT

THUNK=$(dmesg | sed -n 's/.*active return thunk: //p')
log_mark
ktap_check "jit_kprobe loads" \
	probe_load symbol=ksys_mmap_pgoff arg=1 type=s32 op=lt value=-5
ktap_check "code returns with ${THUNK:-a plain return}" returns_as_the_kernel

event_add hits ksys_mmap_pgoff v=%si:s32
event_add matches ksys_mmap_pgoff v=%si:s32 'v < -5'
count -n 2000 -p 2 mmap 1
ktap_check "counts agree" counts_agree
events_clear

ktap_check "jit_rust returns as well" load_module jit_rust
unload_modules jit_rust
kprobe_cleanup
ktap_check "the kernel log is clean" log_is_clean
ktap_finished
