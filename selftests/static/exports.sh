#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module exports what its header declares, and nothing else.
#
# boot: none
# arch: x86 arm64: of the module as it was built

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

HEADER=$TOPDIR/include/linux/jitalloc.h
SYMVERS=$MODDIR/Module.symvers

ktap_print_header
ktap_set_plan 9
ktap_import < <(python3 "$HERE/exports.py" "$HEADER" "$SYMVERS" rust/jitalloc)

# The module can't panic: nothing refers to the functions that do.
ktap_check_equal "no panic in it" \
	"$(nm "$MODULE" | c++filt | grep -E 'core.*::panicking|rust_begin_unwind|::unwrap_failed|::expect_failed')" ""

# That the check can fail
mkdir -p "$OUT"
cp "$HEADER" "$OUT/header.h"
echo 'int jit_not_exported(const void *buf, size_t len);' >>"$OUT/header.h"
{
	grep -v 'jit_free_barrier' "$SYMVERS"
	printf '0x00000000\tjit_not_declared\trust/jitalloc\tEXPORT_SYMBOL\t\n'
} >"$OUT/symvers"
report=$(python3 "$HERE/exports.py" "$OUT/header.h" "$OUT/symvers" rust/jitalloc)
finds "a function that is not exported is found" '^# jit_not_exported: is not exp'
finds "one that is not exported any more is found" '^# jit_free_barrier: is not e'
finds "an export that is not in the header is found" '^# jit_not_declared: is not in'
finds "an export that is not for GPL modules is found" '^# jit_not_declared: is not$'
ktap_finished
