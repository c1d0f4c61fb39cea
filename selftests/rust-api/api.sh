#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the Rust interface does when it runs; the cases are jit_rust_test.rs.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

CASES=18

# names: what /proc/kallsyms shows of the texts of the test
names() {
	sed -n 's/^[0-9a-f]* t \(.* \[jitalloc\]\)	\[bpf\]$/\1/p' /proc/kallsyms
}

ktap_print_header
ktap_set_plan $((CASES + 7))
trap 'unload_modules jit_rust_test jitalloc' EXIT

log_mark
ktap_check "jit_rust_test loads" load_module jit_rust_test
ktap_import < <(log_since_mark | sed -n 's/^.*jit_rust_test: //p')
ktap_check_equal "two texts are kept" "$(live_count)" 2
ktap_check_equal "one of them has its last name, all others are gone" "$(names)" \
	'jit_rust_test_42_Some("name") [jitalloc]'
ktap_check "no page is writable and executable" wx_is_clean
unload_modules jit_rust_test
ktap_check_equal "nothing is left allocated" "$(live_count)" 0
ktap_check_equal "no name is left" "$(names)" ""
unload_modules jitalloc
ktap_check "the kernel log is clean" log_is_clean
ktap_finished
