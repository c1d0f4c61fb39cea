#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Filters and the module come and go while packets go through them.
#
# timeout: 300

HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../lib/ktap.sh"
. "$HERE/../lib/module.sh"
. "$HERE/net.sh"

DIR=$DEBUGFS/jit_bpf
UNLOADS=6
FLOODS=()

export PYTHONDONTWRITEBYTECODE=1

cleanup() {
	[ ${#FLOODS[@]} -eq 0 ] || kill "${FLOODS[@]}" 2>/dev/null
	unload_modules jit_bpf jitalloc
	net_down
}
trap cleanup EXIT

seen() {
	sed -n 's/^seen //p' $DIR/stats
}

# unloads_busy: the module is unloaded $UNLOADS times with packets inside
unloads_busy() {
	local i try

	for ((i = 0; i < UNLOADS; i++)); do
		load_module jit_bpf dev=lo verify=$((i % 2)) \
			filter='"4,40 0 0 12,21 0 1 2048,6 0 0 262144,6 0 0 0"' ||
			return 1
		for ((try = 0; try < 200; try++)); do
			[ "$(seen)" -eq 0 ] || break
			sleep 0.01
		done
		[ "$(seen)" -gt 0 ] || return 1
		unload_module jit_bpf || return 1
	done
}

ktap_print_header
ktap_set_plan 15

log_mark
net_up || ktap_exit_fail_msg "no veth pair"
ktap_check "the module loads" load_module jit_bpf dev=lo verify=1 ||
	ktap_exit_fail_msg "nothing to test"

# One sender that never rests, one that leaves time for the rest of this.
python3 "$HERE/flood.py" 0 1 100 1000 &
FLOODS+=($!)
python3 "$HERE/flood.py" 0.002 30 65000 500 &
FLOODS+=($!)
ping -q -i 0.01 127.0.0.1 >/dev/null &
FLOODS+=($!)

python3 "$HERE/replace.py" >/tmp/replace.out 2>&1
status=$?
ktap_import </tmp/replace.out
ktap_check_equal "the program ran to its end" "$status" 0
ktap_check "jitalloc is held while it is in use" \
	eval '! rmmod jitalloc 2>/dev/null && module_is_loaded jitalloc'
ktap_check "it unloads under traffic" unload_module jit_bpf
ktap_check "and $UNLOADS times more" unloads_busy
kill "${FLOODS[@]}"
wait "${FLOODS[@]}" 2>/dev/null
FLOODS=()

# The device goes away under the module, which then just sees no more.
ktap_check "it loads for a veth" load_module jit_bpf dev=jb0 verify=1
ping -q -c 2 -i 0.1 10.9.0.2 >/dev/null
before=$(seen)
# More, if one end asks the other for its address again.
ktap_check "it sees what is on it" test "$before" -ge 4
ktap_check "the device can be removed" timeout 20 ip link del jb0
ktap_check "the counters stay" test "$(seen)" -ge "$before"
ktap_check "a filter can still be loaded" eval "echo '1,6 0 0 0' >$DIR/filter"
ktap_check "it unloads" unload_module jit_bpf
ktap_check "so does jitalloc" unload_module jitalloc
ktap_check "the kernel has nothing to report" log_is_clean
ktap_finished
