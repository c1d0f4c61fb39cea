#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The limit is reached, and all of it comes back, again and again. While nothing is
# left of it, the kernel's BPF has text for new programs, and modules load.
#
# mem: 1G
# mem@kasan: 2G
# boot: own
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

CYCLES=20
LIMIT_KB=$((16 << 10))
LIMIT=$((LIMIT_KB << 10))
# All cycles behind the mark together have had 19 times the limit, so it is seen if a
# nineteenth of that is lost.
SLACK_KB=$LIMIT_KB

# Long programs of the kernel's BPF, each of which is asked for packets.
bpf_programs() {
	python3 - <<-'END'
	import ctypes, socket, struct
	SO_ATTACH_FILTER = 26

	def attach(sock, k):
	    # Compares the first byte all the time, and keeps what begins with "k".
	    insns = [(0x30, 0, 0, 0)]
	    insns += [(0x15, 0, 0, k)] * 1000
	    insns += [(0x15, 0, 1, ord("k")), (0x6, 0, 0, 0xffff), (0x6, 0, 0, 0)]
	    code = b"".join(struct.pack("=HBBI", *insn) for insn in insns)
	    buf = ctypes.create_string_buffer(code, len(code))
	    prog = struct.pack("HP", len(insns), ctypes.addressof(buf))
	    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, prog)

	pairs = []
	for k in range(4):
	    a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
	    attach(b, k)
	    b.setblocking(False)
	    pairs.append((a, b))
	for a, b in pairs:
	    a.send(b"drop")
	    a.send(b"keep")
	    assert b.recv(16) == b"keep"
	END
}

# is_full: nothing is left for a block of another length
is_full() {
	local held

	held=$(stat_of held_bytes)
	echo "$held of $LIMIT"
	[ "$held" -ge $((LIMIT * 9 / 10)) ]
}

reload limit=$LIMIT reserve=0
vm_test_begin 164 jit_test_limits
ktap_check_equal "the kernel's programs are compiled" \
	"$(cat /proc/sys/net/core/bpf_jit_enable)" 1
cycles=0
for ((i = 1; i <= CYCLES; i++)); do
	run_cases jit_test_limits fill
	if ktap_check "cycle $i: the limit is reached" is_full &&
	   ktap_check "cycle $i: the kernel's BPF goes on" bpf_programs &&
	   ktap_check "cycle $i: a module loads" load_module jit_test_wx; then
		unload_module jit_test_wx && cycles=$((cycles + 1))
	fi
	run_cases jit_test_limits drain
	[ "$(stat_of held_bytes)" = 0 ] || cycles=-1
	# What is made once and left is there by then.
	if [ $i = 1 ]; then
		MARK_AREAS=$(execmem_areas)
		MARK_FREE=$(free_kb)
	fi
done
ktap_figure limit_reached_and_left "$cycles"
ktap_check_equal "nothing is held after each of $CYCLES cycles" $cycles $CYCLES
ktap_check_equal "nothing is live" "$(live_count)" 0
for ((i = 0; i < 20; i++)); do
	! __machine_is_back >/dev/null || break
	sleep 0.2
done
ktap_print_msg "$(__machine_is_back)"
ktap_check "memory and areas of the kernel are what they were after the first" \
	__machine_is_back
vm_test_end
