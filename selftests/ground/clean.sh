#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Cleaning a tree takes away what was made, and nothing else. kbuild has no
# configuration then.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
TOP=$(cd "$(dirname "$0")/../.." && pwd)
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT

ktap_print_header
ktap_set_plan 3
KDIR=${KDIR:-$("$TOP/scripts/kernel" kdir)} || exit 1

cp -r "$TOP"/{Kbuild,rust,include,samples,selftests} "$TMP"
rm -rf "$TMP/selftests/readme/"*.c
find "$TMP" \( -name '*.o' -o -name '*.ko' -o -name '*.mod*' -o -name '.*' -o -name '*generated*' -o -name modules.order -o -name workload \) -type f -delete
(cd "$TMP" && find . -type f | sort) >"$TMP.before"
for f in rust/jitalloc.o rust/jitalloc.ko rust/.jitalloc.o.cmd rust/sys/kfn.o samples/bpf/jit_bpf.mod.c Module.symvers; do
	: >"$TMP/$f"
done
out=$(make -C "$KDIR" M="$TMP" clean 2>&1)
ktap_check_equal "it succeeds" $? 0
[ -z "$out" ] || ktap_print_msg "$out"
ktap_check "what was made is gone" eval '! grep -qE "\.(o|ko|cmd|mod\.c|symvers)$" < <(cd "$TMP" && find . -type f)'
ktap_check "and nothing else" diff "$TMP.before" <(cd "$TMP" && find . -type f | sort)
rm -f "$TMP.before"
ktap_finished
