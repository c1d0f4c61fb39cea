#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Programs that nobody would write: malformed ones have to be refused as the
# kernel refuses them, random ones have to do what the kernel's filter does.
#
# timeout: 400
# quick: yes

HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../lib/ktap.sh"
. "$HERE/../lib/module.sh"
. "$HERE/net.sh"

export PYTHONDONTWRITEBYTECODE=1

ktap_print_header
ktap_set_plan 18

cleanup() {
	unload_modules jit_bpf jitalloc
	net_down
}
trap cleanup EXIT

# refuses WHAT PARAM...: the module does not load, and is not there then
refuses() {
	local out

	out=$(load_module jit_bpf "${@:2}" 2>&1) && { unload_module jit_bpf; return 1; }
	echo "$out" | grep -q "$1" && ! module_is_loaded jit_bpf &&
		[ ! -e "$DEBUGFS/jit_bpf" ]
}

log_mark
net_up || ktap_exit_fail_msg "no veth pair"

ktap_check "a program without return keeps it from loading" \
	refuses 'Invalid' dev=jb0 filter='"1,0 0 0 0"'
ktap_check "so does a jump out of the program" \
	refuses 'Invalid' dev=jb0 verify=1 filter='"2,21 1 0 0,6 0 0 0"'
ktap_check "so does text that is no program" \
	refuses 'Invalid' dev=jb0 filter=tcp
ktap_check "so does a device that is not there" \
	refuses 'No such device' dev=jb2
ktap_check_equal "the log says why, each time" \
	"$(log_count 'jit_bpf: (filter refused: |no interface jb2)')" 4
ktap_check "a good program loads" load_module jit_bpf dev=jb0 verify=1 \
	filter='"4,40 0 0 12,21 0 1 2048,6 0 0 262144,6 0 0 0"' ||
	ktap_exit_fail_msg "nothing to test"

python3 "$HERE/programs.py" jb0 jb1 >/tmp/programs.out 2>&1
status=$?
ktap_import </tmp/programs.out
ktap_check_equal "the program ran to its end" "$status" 0
ktap_check "the kernel has nothing to report" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
