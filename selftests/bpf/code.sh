#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the generated code itself looks like: where it is, how it begins, where
# it goes and how it returns. thunk_*.sh run this again on kernels on which
# nothing returns by itself.
#
# timeout: 120
# quick: yes

HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../lib/ktap.sh"
. "$HERE/../lib/module.sh"

DIR=$DEBUGFS/jit_bpf
FILTER='ip6 or vlan 7 or icmp[0] = 8 or tcp[100:4] / tcp[20:2] > udp[8] * len'

ktap_print_header
ktap_set_plan 15

trap 'unload_modules jit_bpf jitalloc' EXIT

# What it is made of, as objdump has it
RETURN='^ret'
case $(uname -m) in
x86_64)
	MACHINE=i386:x86-64 PAD=endbr64 NO_INSN='\(bad\)' CALL='^call'
	INDIRECT='^(notrack |bnd )?(jmp|call) *\*'
	;;
arm*)
	# Helpers are called by ip, and nothing else goes by a register.
	MACHINE=arm PAD='' NO_INSN='undefined|\.word' CALL='^blx'
	INDIRECT='^blx\b.*(r[0-9]|r10|fp|sp|lr)$|^bx\b.*(r[0-9]|r10|fp|ip|sp)$|^(ldr|mov).*\bpc,|^pop.*pc\}'
	RETURN='^bx\b.*lr$'
	;;
*)
	# Helpers are called by x16, and nothing else goes by a register.
	MACHINE=aarch64 PAD='bti.*c' NO_INSN='undefined|\.inst|^udf' CALL='^blr'
	INDIRECT='^(br|blr|braa|blraa)\b.*x([0-9]|1[0-57-9]|2[0-9]|30)$'
	;;
esac

# field NAME: of the file "code"
field() {
	sed -n "s/^$1 //p" $DIR/code
}

# instructions REGEX: how many of the image's match, disassembled
instructions() {
	grep -cE "$1" /tmp/image.S
}

log_mark
ip link set lo up
ktap_check "the module loads" load_module jit_bpf ||
	ktap_exit_fail_msg "nothing to test"
tcpdump -ddd -i lo "$FILTER" >/tmp/program
ktap_check "a long program loads" cp /tmp/program $DIR/filter
ktap_check "its code has a name in the kernel's table" \
	grep -qE " t $(field name | sed 's/[][]/\\&/g')	\[bpf\]\$" /proc/kallsyms
ktap_check_equal "it reads back" "$(cat $DIR/filter)" "$(cat /tmp/program)"

cat $DIR/image >/tmp/image
objdump -D -b binary -m "$MACHINE" --no-show-raw-insn /tmp/image |
	sed -n 's/^ *[0-9a-f]*:\t//p' >/tmp/image.S
ktap_check_equal "the image is as long as it should be" \
	"$(stat -c %s /tmp/image)" "$(field bytes)"
ktap_check_equal "it is in the range of its type" "$(field in_range)" 1
ktap_check_equal "its pages are executable and not writable" \
	"$(field mapping | cut -d ' ' -f 1)" r-x
if [ -n "$PAD" ]; then
	ktap_check_equal "it begins with a landing pad" \
		"$(head -n 1 /tmp/image.S | grep -cE "^$PAD")" 1
	ktap_check_equal "it has no other" "$(instructions "^$PAD")" 1
else
	ktap_test_skip "it begins with a landing pad: here there are none"
	ktap_test_skip "it has no other: here there are none"
fi
ktap_check_equal "every byte is an instruction" "$(instructions "$NO_INSN")" 0
ktap_check_equal "no jump or call is indirect, but those that are meant" \
	"$(instructions "$INDIRECT")" 0
ktap_check "it calls a helper for what is not inline" \
	test "$(instructions "$CALL")" -gt 5

# A return, or a jump to the thunk that the kernel named when it booted.
thunk=$(dmesg | sed -n 's/.*active return thunk: //p')
ktap_check_equal "it returns as the kernel does" "$(field return)" "${thunk:-plain}"
if [ -z "$thunk" ]; then
	ktap_check_equal "it returns in one place" "$(instructions "$RETURN")" 1
else
	ktap_check_equal "it does not return by itself" "$(instructions "$RETURN")" 0
fi
ktap_check "the kernel has nothing to report" log_is_clean
ktap_finished
