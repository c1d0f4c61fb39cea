# SPDX-License-Identifier: GPL-2.0
#
# For the checks of the modules as they were built. They run in the sandbox.
#
# shellcheck disable=SC2034	# some are for the scripts

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOPDIR=$(cd "$HERE/../.." && pwd)
MODDIR=${JITALLOC_MODDIR:-$TOPDIR}
MODULE=$MODDIR/rust/jitalloc.ko
PORT=${JITALLOC_ARCH:-x86}
OUT=$MODDIR/build/static

KDIR=${KDIR:-$("$TOPDIR/scripts/kernel" kdir)}

# The closed set of kernel functions that the module resolves
kernel_functions() {
	sed -n 's/^\tKFN(\([a-z0-9_]*\)).*/\1/p' "$TOPDIR/rust/sys/kfn.h" \
		"$TOPDIR/rust/arch/$PORT/port.h"
}

# Build the module that has everything wrong, once.
build_broken() {
	mkdir -p "$OUT/broken"
	cp "$HERE"/broken/Kbuild "$HERE"/broken/jit_broken.[ch] "$OUT/broken/"
	make -C "$KDIR" M="$OUT/broken" modules >"$OUT/broken/build.log" 2>&1 || {
		ktap_print_msg "$(tail -20 "$OUT/broken/build.log")"
		return 1
	}
}

# finds NAME REGEX: whether the report of a check has such a line
report=
finds() {
	ktap_check "$1" grep -qE "$2" <<<"$report"
}

# check NAME FILE SCRIPT REGEX: a copy of $SOURCES, which are in $TOP_OF_TREE, in which sed
# changes a file has that fault, says the script $CHECKER of it
check() {
	local path

	rm -rf "$TREE"
	mkdir -p "$TREE"
	for path in "${SOURCES[@]}"; do
		cp -r "$TOP_OF_TREE/$path" "$TREE"
	done
	sed -i "$3" "$TREE/$2"
	if cmp -s "$TREE/$2" "$TOP_OF_TREE/$2"; then
		ktap_test_fail "$1: nothing is changed"
		return
	fi
	report=$(python3 "$TOPDIR/scripts/$CHECKER" "$TREE")
	finds "$1" "$4"
}
