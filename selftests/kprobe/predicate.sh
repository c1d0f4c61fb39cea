#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The filter's code generator, tested on the machine that builds it.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"

HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
OUT=$TOP/build/kprobe

ktap_print_header

mkdir -p "$OUT"
${CC:-gcc} -O2 -Wall -Wextra -I"$TOP/samples/kprobe" -I"$TOP/samples/kprobe/x86" \
	-I"$TOP/samples/arch/x86" -o "$OUT/predicate_test" \
	"$HERE/predicate_test.c" "$TOP/samples/kprobe/x86/predicate.c" \
	2>"$OUT/predicate_test.log" || {
	ktap_print_msg "$(cat "$OUT/predicate_test.log")"
	ktap_exit_fail_msg "the code generator does not compile in user space"
}

"$OUT/predicate_test" >"$OUT/predicate_test.out"
status=$?

# 8 types and 7 operators with either return, and what surrounds them
ktap_set_plan 125
ktap_import <"$OUT/predicate_test.out"
ktap_check_equal "the program ran to its end" "$status" 0
ktap_finished
