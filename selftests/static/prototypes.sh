#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Unexported kernel functions have the prototypes that the module calls.
#
# boot: none
# arch: x86 arm64: of the kernel that it was built for

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

mapfile -t names < <(kernel_functions)

ktap_print_header
# Whether the check can fail is shown on x86, for which the broken module is.
if [ "$PORT" = x86 ]; then
	ktap_set_plan $((${#names[@]} + 1 + 4))
else
	ktap_set_plan ${#names[@]}
fi
[ ${#names[@]} -gt 0 ] || ktap_exit_fail_msg "no function in rust/sys/kfn.h"

ktap_import < <(python3 "$HERE/prototypes.py" "$KDIR/vmlinux" "$MODULE" \
	"${names[@]}")

[ "$PORT" = x86 ] || ktap_finished

# That the check can fail
ktap_check "a broken module is built" build_broken
report=$(python3 "$HERE/prototypes.py" "$KDIR/vmlinux" \
	"$OUT/broken/jit_broken.ko" \
	set_memory_rox set_memory_ro text_poke_copy no_such_function)
finds "what is right is right" '^ok set_memory_rox has'
finds "a parameter that is too wide is found" '^not ok set_memory_ro has'
finds "a length that is too narrow is found" '^not ok text_poke_copy has'
finds "a function that the kernel lacks is found" '^not ok no_such_function has'
ktap_finished
