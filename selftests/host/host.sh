#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The pure files of the module, tested on the machine that builds it.
#
# boot: none
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"

HERE=$(cd "$(dirname "$0")" && pwd)
OUT=$(cd "$HERE/../.." && pwd)/build/host

ktap_print_header

mkdir -p "$OUT"
rustc --edition 2021 --test -O -C overflow-checks=on -C debug-assertions=on \
      -o "$OUT/host" "$HERE/host.rs" 2>"$OUT/rustc.log" || {
	ktap_print_msg "$(cat "$OUT/rustc.log")"
	ktap_exit_fail_msg "the pure files do not compile on the host"
}

mapfile -t tests < <("$OUT/host" --list --format terse | sed -n 's/: test$//p')
[ ${#tests[@]} -gt 0 ] || ktap_exit_fail_msg "no host test"
ktap_set_plan ${#tests[@]}

for name in "${tests[@]}"; do
	if "$OUT/host" --exact "$name" --nocapture >"$OUT/test.log" 2>&1 &&
	   grep -q '^test result: ok\. 1 passed' "$OUT/test.log"; then
		grep -o '# figure: .*' "$OUT/test.log"
		ktap_test_pass "$name"
	else
		ktap_print_msg "$(cat "$OUT/test.log")"
		ktap_test_fail "$name"
	fi
done

ktap_finished
