#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What tcpdump makes of real expressions, on real packets of a veth pair: the
# module, the kernel's own filter and a packet socket have to agree on each.
#
# timeout: 400

HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../lib/ktap.sh"
. "$HERE/../lib/module.sh"
. "$HERE/net.sh"

export PYTHONDONTWRITEBYTECODE=1
EXPRESSIONS=$(python3 -c "import sys; sys.path.insert(0, '$HERE')
import filters; print(len(filters.EXPRESSIONS))")

ktap_print_header
ktap_set_plan $((EXPRESSIONS + 4))

cleanup() {
	unload_modules jit_bpf jitalloc
	net_down
}
trap cleanup EXIT

log_mark
net_up || ktap_exit_fail_msg "no veth pair"
ktap_check "the module loads" load_module jit_bpf dev=jb0 verify=1 ||
	ktap_exit_fail_msg "nothing to test"

python3 "$HERE/filters.py" jb0 jb1 >/tmp/filters.out 2>&1
status=$?
ktap_import </tmp/filters.out
ktap_check_equal "the program ran to its end" "$status" 0
ktap_check "the kernel has nothing to report" log_is_clean
ktap_check "no page is writable and executable" wx_is_clean
ktap_finished
