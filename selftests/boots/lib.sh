# SPDX-License-Identifier: GPL-2.0
#
# The main thing on a kernel that was booted in some other way: its table, text
# that runs here and on other CPUs, text that traps. Source it after ktap.sh and
# module.sh.

# What boot_test reports, but for results of the script's own
BOOT_CASES=86

# boot_test PLAN: the first of two halves; the script's own results come between
boot_test() {
	local table

	ktap_print_header
	ktap_set_plan $(($1 + BOOT_CASES))
	# Some boots leave pages of the kernel writable and executable.
	BOOT_WX=$(cat "$DEBUGFS/check_wx_pages")
	log_mark
	table=$(awk '$3 == "execmem_info" { printf "%s0x%s", sep, $1; sep = "," }' \
		/proc/kallsyms)
	ktap_check "jit_test_params loads" load_module jit_test_params table="$table"
	run_cases jit_test_params compare sane
	ktap_check "jit_test_exec loads" load_module jit_test_exec
	run_cases jit_test_exec functions patch
	ktap_check "jit_test_trap loads" load_module jit_test_trap
	run_cases jit_test_trap unwritten
}

boot_test_end() {
	unload_modules jit_test_trap jit_test_exec jit_test_params jitalloc
	ktap_check "the log is clean" log_is_clean
	# That complains to the log again.
	ktap_check_equal "no page more is writable and executable" \
		"$(cat "$DEBUGFS/check_wx_pages")" "$BOOT_WX"
	ktap_finished
}
