#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What must not be possible, tried, each by a process of its own: it dies, the
# report says where and why, and the machine goes on.
#
# boot: own
# expect@x86,arm64: 9 (BUG: unable|Unable) to handle (page fault|kernel)
# expect@x86,arm64: 9 (Oops|Internal error): Oops: 
# expect@arm: 6 Unable to handle kernel
# expect@arm: 6 Internal error: Oops: 
# expect@arm: 1 Internal error: Oops - undefined instruction

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

ktap_print_header
ktap_set_plan $((33 + 3 * (OOPS_TRAPS != 0)))
log_mark
ktap_check "jit_test_oops loads" load_module jit_test_oops

expect_oops write_text "a write to text"
if [ "$OOPS_ALIAS" -eq 1 ]; then
	expect_oops write_text_alias "a write to the linear alias of text"
	expect_oops write_own_alias "a write to the linear alias of text with a mapping of its own"
	expect_oops exec_text_alias "running the linear alias of text"
else
	for nr in {1..9}; do
		ktap_test_skip "a linear alias of text, $nr: text is of memory that has none"
	done
fi
expect_oops exec_data "running data"
expect_oops exec_freed "running freed text"
expect_oops run_off_end "running off the end of a mapping of text"
expect_oops write_off_data "a write behind data"
expect_oops write_freed_data "a write to freed data"
if [ "$OOPS_TRAPS" -ne 0 ]; then
	expect_trap run_trap "running text that nobody has written"
fi

run_cases jit_test_oops still_works
ktap_check_equal "the number of oopses is right" "$(dmesg | grep -c 'Oops: ')" "$OOPS_NR"
ktap_check_equal "nothing has survived" \
	"$(dmesg | grep -c 'jit_test_oops: survived')" 0
ktap_check "no page is writable and executable" wx_is_clean
ktap_check "other modules still load" load_module jit_test_wx

# Not unloaded: the dead still hold a reference.
ktap_finished
