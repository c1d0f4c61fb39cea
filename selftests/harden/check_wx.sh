#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What check_wx says of page tables that are right, and of entries that a module
# has made wrong: which pages, and why. The kernel's own check_wx_pages sees those
# that are writable and executable.
#
# boot: own
# timeout: 400
# arch: x86 arm64: the page tables of others are not looked at
# expect: 1 insecure W\+X mapping
# expect: 1 WARNING: 
# expect: 4 W\+X mappings: FAILED

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

CHECK=$DEBUGFS/jitalloc/check_wx
KPTR=/proc/sys/kernel/kptr_restrict

# looked NAME: a number of the last look
looked() {
	awk -v name="$1" '$1 == name { print $2 }' <<<"$report"
}

# spoilt CASE POOL FAULT KERNEL: ten results; no page is wrong where tables of a
# higher level forbid what the entry allows
spoilt() {
	local case=$1 pool=$2 fault=$3 kernel=$4 due verdict

	run_cases jit_test_wrong "$case"
	due=$(sed -n 's/^# figure: pages_wrong=//p' "$DEBUGFS/jit_test_wrong/results")
	report=$(cat "$CHECK")
	verdict=$(cat "$DEBUGFS/check_wx_pages")
	ktap_check_equal "$case: as many are found ($due)" "$(looked wrong)" "$due"
	ktap_check_equal "$case: of as many as before" "$(looked pages)" "$pages"
	ktap_check_equal "$case: they are named, up to 64" \
		"$(grep -cE "^$pool 0x[0-9a-f]{9,} $fault\$" <<<"$report")" \
		$((due < 64 ? due : 64))
	echo 2 >$KPTR
	ktap_check_equal "$case: but not where, to whom addresses are hidden" \
		"$(grep -cx "$pool 0x0 $fault" "$CHECK")" $((due < 64 ? due : 64))
	echo 1 >$KPTR
	ktap_check_equal "$case: what the kernel's check says" "$verdict" "$kernel"
	run_cases jit_test_wrong repair
	report=$(cat "$CHECK")
	ktap_check_equal "$case: nothing is wrong again" "$(looked wrong)" 0
	ktap_check_equal "$case: nor is any page named" "$(wc -l <<<"$report")" 2
}

unload_modules jitalloc
restrict=$(cat $KPTR)
echo 1 >$KPTR
load_module jitalloc reserve=0
report=$(cat "$CHECK")
vm_test_begin 95 jit_test_wrong
ktap_check_equal "with no pack there is no page" "$(looked pages)" 0
run_cases jit_test_wrong make
report=$(cat "$CHECK")
pages=$(looked pages)
# One of 2 MiB, two of a page more, and that of the small text
ktap_check "every page is looked at ($pages)" test "$pages" -eq $((3 * 512 + 2 + 4))
ktap_check_equal "none is wrong" "$(looked wrong)" 0

spoilt small_writable text 'is writable' FAILED
spoilt large_writable text 'is writable' FAILED
spoilt page_writable text 'is writable' FAILED
spoilt page_noexec text 'lacks a permission' SUCCESS
spoilt page_gone text 'is not mapped' SUCCESS
spoilt alias_writable text 'is writable in the direct map' SUCCESS
spoilt alias_exec text 'is executable in the direct map' SUCCESS
spoilt data_exec data 'is executable' FAILED
spoilt data_readonly data 'lacks a permission' SUCCESS
run_cases jit_test_wrong release
ktap_check_equal "the file is root's" "$(stat -c '%a %u' "$CHECK")" "400 0"
ktap_check "unloads" unload_module jit_test_wrong
unload_modules jitalloc
ktap_check "no page is writable and executable" wx_is_clean
echo "$restrict" >$KPTR
ktap_finished
