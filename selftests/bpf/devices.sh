#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Devices that are not as others: one without a link-layer header, one that goes
# down and comes up, changes its name, and goes for good.

HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../lib/ktap.sh"
. "$HERE/../lib/module.sh"
. "$HERE/net.sh"

export PYTHONDONTWRITEBYTECODE=1
DIR=$DEBUGFS/jit_bpf

cleanup() {
	unload_modules jit_bpf jitalloc
	ip link del jb9 2>/dev/null
	net_down
}
trap cleanup EXIT

device() {
	sed -n 's/^device //p' "$DIR/code"
}

stat() {
	sed -n "s/^$1 //p" "$DIR/stats"
}

# pings NAME: four more packets match, and the kernel's filter never disagrees
pings() {
	local before

	before=$(stat matched)
	ping -q -c 2 -i 0.1 10.9.0.2 >/dev/null
	ktap_check_equal "$1: four packets more" $(($(stat matched) - before)) 4
	ktap_check_equal "$1: the same answer on all" "$(stat disagree)" 0
}

# IPv4 over Ethernet
IP='4,40 0 0 12,21 0 1 2048,6 0 0 9,6 0 0 0'

EXPRESSIONS=$(python3 -c "import sys; sys.path.insert(0, '$HERE')
import devices; print(len(devices.EXPRESSIONS))")

ktap_print_header
ktap_set_plan $((EXPRESSIONS + 18))

log_mark
modprobe tun
load_module jitalloc
python3 "$HERE/devices.py" "$(module_path jit_bpf)" >/tmp/devices.out 2>&1
status=$?
ktap_import </tmp/devices.out
ktap_check_equal "the program ran to its end" "$status" 0
ktap_check_equal "the tun device has gone with it" "$(device)" "(gone)"
unload_module jit_bpf

net_up || ktap_exit_fail_msg "no veth pair"
ktap_check "the module loads for a veth" load_module jit_bpf dev=jb0 verify=1 filter="\"$IP\""
ktap_check_equal "its name is shown" "$(device)" jb0
pings "it is up"
ip link set jb0 down
ktap_check_equal "that it is down is shown" "$(device)" "jb0 (down)"
ktap_check "a filter can be loaded meanwhile" eval "echo '$IP' >$DIR/filter"
ip link set jb0 name jb9
ktap_check_equal "so is its new name" "$(device)" "jb9 (down)"
ip link set jb9 up
ip address replace 10.9.0.1/24 dev jb9
ip neigh replace 10.9.0.2 lladdr 02:00:00:09:00:02 dev jb9
ktap_check_equal "and that it is up" "$(device)" jb9
pings "it has another name"
seen=$(stat seen)
ip link del jb9
ktap_check_equal "that it is gone is shown" "$(device)" "(gone)"
ktap_check "the counters stay" test "$(stat seen)" -ge "$seen"
ktap_check "a filter can still be loaded" eval "echo '1,6 0 0 0' >$DIR/filter"
ktap_check "it unloads" unload_module jit_bpf
ktap_check "so does jitalloc" unload_module jitalloc
ktap_check "the kernel has nothing to report" log_is_clean
ktap_finished
