#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# This directory as one of a kernel tree's selftests, as others use those: linked
# into the tree, run there, and installed. The tree is what the prepared one has of
# kselftest; the machine is one that virtme-ng makes.
#
# boot: none
# arch: x86: virtme-ng boots the architecture of the host
# kernel: stock: virtme-ng wants what distributions configure
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"
TOP=$(cd "$(dirname "$0")/../.." && pwd)

# The machine sees this directory, and not the cache.
WORK=$TOP/build/kselftest
KSELFTEST=tools/testing/selftests
INSTALLED=$WORK/installed
TESTS='exec/patch.sh wx/pages.sh'

# make_there TARGET [VARIABLE...]: as in a kernel tree
make_there() {
	make -C "$WORK/tree/$KSELFTEST" TARGETS=jitalloc "$@"
}

# passed TEST LOG: kselftest says so.
passed() {
	grep -qx "ok [0-9]* selftests: .*: $(basename "$1")" "$2"
}

# missing: the tests of the list that are not there, or cannot be run
missing() {
	local test

	while IFS=: read -r _ test; do
		[ -x "$INSTALLED/jitalloc/$test" ] || printf '%s\n' "$test"
	done <"$INSTALLED/kselftest-list.txt"
}

# The tests that need no boot of their own
collection() {
	grep -l '^#!/bin/bash' "$TOP"/selftests/*/*.sh | xargs grep -L '^# boot: ' |
		sed "s,^$TOP/,jitalloc:," | sort
}

KDIR=$("$TOP/scripts/kernel" kdir) || exit 1
rm -rf "$WORK"
mkdir -p "$WORK/tree/$KSELFTEST" "$WORK/tree/scripts"
cp -r "$KDIR/$KSELFTEST"/{Makefile,lib.mk,run_kselftest.sh,kselftest} "$WORK/tree/$KSELFTEST/" &&
	cp "$KDIR/scripts/subarch.include" "$WORK/tree/scripts/" &&
	ln -s ../../../../../../selftests "$WORK/tree/$KSELFTEST/jitalloc" || exit 1

ktap_print_header
ktap_set_plan 9

ktap_check "it installs" make_there install KSFT_INSTALL_PATH="$INSTALLED"
ktap_check_equal "all of it is listed" "$(sort "$INSTALLED/kselftest-list.txt")" "$(collection)"
ktap_check_equal "and is there" "$(missing)" ''
ktap_check "with the module" test -s "$INSTALLED/jitalloc/rust/jitalloc.ko"

# shellcheck disable=SC2016 # the machine's shell
ktap_check "a machine runs both" "$TOP/scripts/vm" --vng --quiet --log "$WORK/vm" -- bash -c '
	cd "$1" || exit
	make -C "tree/$2" TARGETS=jitalloc run_tests TEST_PROGS="$3" >in-tree 2>&1 &&
		bash installed/run_kselftest.sh $(printf " -t jitalloc:selftests/%s" $3) >from-list 2>&1
' bash "$WORK" "$KSELFTEST" "$TESTS"
for test in $TESTS; do
	ktap_check "$test passes in the tree" passed "$test" "$WORK/in-tree"
	ktap_check "$test passes where it is installed" passed "$test" "$WORK/from-list"
done
ktap_finished
