#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Unexported kernel functions are called directly, never through a pointer.
#
# boot: none
# arch: x86: elsewhere such functions are called through pointers

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

mapfile -t names < <(kernel_functions)

ktap_print_header
ktap_set_plan $((1 + ${#names[@]} + 1 + 7))
[ ${#names[@]} -gt 0 ] || ktap_exit_fail_msg "no function in rust/sys/kfn.h"

ktap_import < <(python3 "$HERE/calls.py" "$MODULE" "${names[@]}")

# That the check can fail
ktap_check "a broken module is built" build_broken
report=$(python3 "$HERE/calls.py" "$OUT/broken/jit_broken.ko" \
	set_memory_rox set_memory_ro set_memory_rw set_memory_nx)
finds "an indirect branch is a failure" '^not ok no indirect branch'
finds "a call through a pointer is found" \
	'^# jit_kfn_set_memory_ro: .*(__x86_indirect_|\*)'
finds "a call by hand is found" '^# jit_kfn_text_poke_copy: call +\*'
finds "a wrapper without a static call is found" '^not ok set_memory_ro is reached'
finds "the static call of another function is found" \
	'^not ok set_memory_nx is reached'
finds "a second caller is found" '^not ok set_memory_rw is reached'
finds "what is right is right" '^ok set_memory_rox is reached'
ktap_finished
