#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One user takes all that the default limit allows, on a machine that has more
# memory than the module area has addresses: modules still load.
#
# boot: own
# timeout: 300
# mem: 2300M
# mem@kasan: 3500M

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

unload_modules jitalloc
vm_test_begin 10 jit_test_limits
ktap_check "half of the addresses are the default limit" \
	is_default_limit "$(stat_of limit_bytes)"
run_cases jit_test_limits fill
ktap_print_msg "$(stat_of held_bytes) of $(stat_of limit_bytes) bytes held," \
	"module area: $(sed -n '/^#/d; p; q' "$DEBUGFS/jitalloc/params")"
ktap_check "it has nine tenths of the limit" \
	test $(($(stat_of held_bytes) * 10)) -ge $(($(stat_of limit_bytes) * 9))
# A debug kernel has nearly none.
module=nf_tables
modinfo $module >/dev/null 2>&1 || module=dummy
ktap_check "a module of the kernel loads" modprobe $module
ktap_check "and unloads" modprobe -r $module
ktap_check "a module of this tree loads" load_module jit_test_wx
unload_modules jit_test_wx
run_cases jit_test_limits drain
vm_test_end
