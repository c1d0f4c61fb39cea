#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The filter's parser, checker and code generator, tested on the machine that
# builds them.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"

HERE=$(cd "$(dirname "$0")" && pwd)
OUT=$(cd "$HERE/../.." && pwd)/build/bpf

ktap_print_header

mkdir -p "$OUT"
make -C "$HERE/host" OUT="$OUT" CC="${CC:-gcc} -Werror" >"$OUT/make.log" 2>&1 || {
	ktap_print_msg "$(cat "$OUT/make.log")"
	ktap_exit_fail_msg "the code generator does not compile in user space"
}

"$OUT/test_cbpf" "$@" >"$OUT/test_cbpf.out"
status=$?

ktap_set_plan 16
ktap_import < <(sed -nE '/^# (Totals|seed)/d; s/^((not )?ok) [0-9]+ - /\1 /p
			 /^#/p' "$OUT/test_cbpf.out")
ktap_check_equal "the program ran to its end" "$status" 0
ktap_finished
