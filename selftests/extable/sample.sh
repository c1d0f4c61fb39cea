#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The sample that reads what may not be there, in both ways: what it reads is what the
# kernel says in /proc/version that there is.
#
# timeout: 300
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

WORD=$DEBUGFS/jit_nofault/word
# The page of error pointers, in which nothing is ever mapped, and the kernel's own
# words of its version
case $(uname -m) in
arm*) NOWHERE=0xfffff000 BYTES=4 ;;
*) NOWHERE=0xfffffffffffff000 BYTES=8 ;;
esac
BANNER=$(awk '$3 == "linux_banner" { print "0x" $1 }' /proc/kallsyms)

# what_is_there NAME: where the kernel says where its words are
what_is_there() {
	if [ -n "$BANNER" ]; then
		ktap_check_equal "$1" "$(read_at "$BANNER")" "$(version)"
	else
		ktap_test_skip "$1: this kernel has no names of its data"
	fi
}

read_at() {
	echo "$1" >"$WORD" && cat "$WORD"
}

# The first bytes of the version as the machine has them in a word
version() {
	printf 0x
	head -c $BYTES /proc/version | od -An -v -tx1 | tr -d '\n' | awk '{ for (i = NF; i; i--) printf "%s", $i }'
}

# reads HOW [PARAM=VALUE]: nine results
reads() {
	local how=$1

	shift
	ktap_check "$how: jit_nofault loads" load_module jit_nofault "$@"
	ktap_check_equal "$how: that is how it reads" "$(cat "$DEBUGFS/jit_nofault/how")" "$how"
	what_is_there "$how: what is there"
	ktap_check_equal "$how: where nothing is" "$(read_at $NOWHERE)" fault
	ktap_check_equal "$how: an address of user space" "$(read_at 0x1000)" fault
	ktap_check_equal "$how: a null pointer" "$(read_at 0)" fault
	if [ "$(uname -m)" = x86_64 ]; then
		ktap_check_equal "$how: the page of vsyscalls" "$(read_at 0xffffffffff600000)" fault
	else
		ktap_test_skip "$how: the page of vsyscalls: x86 has it"
	fi
	what_is_there "$how: and what is there again"
	ktap_check "$how: jit_nofault unloads" unload_module jit_nofault
}

ktap_print_header
ktap_set_plan 20
trap 'unload_modules jit_nofault jitalloc' EXIT
log_mark
reads "exception table"
reads "copy_from_kernel_nofault()" table=n
ktap_check_equal "nothing is left allocated" "$(live_count)" 0
unload_modules jitalloc
ktap_check "the log is clean" log_is_clean
ktap_finished
