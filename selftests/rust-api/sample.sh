#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The Rust sample: what its generated functions return, and that nothing is left
# of it.
#
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

LINES=(
	"constants: [0, 2a, deadbeef, ffffffff]"
	"sum of 40 and 2: 42"
	"counted to 3, reading back 3"
	"refused: text without code, a function without a landing pad"
)

# said LINE: the sample has said it since the mark, once
said() {
	[ "$(log_since_mark | grep -cF "jit_rust: $1")" -eq 1 ]
}

many_times() {
	local i

	for ((i = 0; i < 50; i++)); do
		insmod "$SAMPLE" && rmmod jit_rust || return 1
	done
	[ "$(live_count)" = 0 ]
}

ktap_print_header
ktap_set_plan $((${#LINES[@]} + 10))
trap 'unload_modules jit_rust jitalloc' EXIT

SAMPLE=$(module_path jit_rust) || ktap_exit_fail_msg "no sample"
log_mark
ktap_check "jit_rust loads" load_module jit_rust
for line in "${LINES[@]}"; do
	ktap_check "$line" said "$line"
done
ktap_check_equal "one text is kept" "$(live_count)" 1
ktap_check "it has its name" grep -q ' t jit_rust_sum \[jitalloc\]	\[bpf\]$' /proc/kallsyms
ktap_check "jitalloc is held" grep -Eq '^jitalloc .* 1 jit_rust,' /proc/modules
ktap_check "no page is writable and executable" wx_is_clean

ktap_check "jit_rust unloads" unload_module jit_rust
ktap_check "its last function still ran" said "sum of -1 and 3: 2"
ktap_check_equal "nothing is kept" "$(live_count) $(live_bytes)" "0 0"
ktap_check "loaded and unloaded 50 times" many_times
unload_modules jitalloc
ktap_check "the kernel log is clean" log_is_clean
ktap_finished
