#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Names of code, as the kernel shows them.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

in_kallsyms() {
	grep -c ' jit_test_kept_name \[jitalloc\]' /proc/kallsyms
}

ktap_print_header
ktap_set_plan 29
unload_modules jit_test_names
log_mark
echo 1 >/proc/sys/net/core/bpf_jit_kallsyms
ktap_check "jit_test_names loads" load_module jit_test_names
run_cases jit_test_names shown of_cache refused keep
ktap_check_equal "a name is in /proc/kallsyms" "$(in_kallsyms)" 1
run_cases jit_test_names drop
ktap_check_equal "and is not when its text is gone" "$(in_kallsyms)" 0
ktap_check "jit_test_names unloads" unload_module jit_test_names
ktap_check "the log is clean" log_is_clean
ktap_finished
