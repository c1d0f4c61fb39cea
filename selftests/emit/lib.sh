# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The public header in user space. Source it after ktap.sh.

# goes_to OBJDUMP MACHINE FROM TO BYTES: whether the branch goes there
goes_to() {
	local file

	file=$(mktemp)
	# shellcheck disable=SC2001 # what is replaced is kept
	printf '%b' "$(sed 's/../\\x&/g' <<<"$5")" >"$file"
	"$1" -D -b binary -m "$2" --no-show-raw-insn --adjust-vma="$3" "$file" |
		grep -qiE "\b(0x)?${4#0x}\b *(<.*)?$"
	local status=$?
	rm -f "$file"
	return $status
}

# emit_test PROGRAM PLAN OBJDUMP MACHINE COMPILER [EMULATOR]
emit_test() {
	local program=$1 plan=$2 objdump=$3 machine=$4 compiler=$5 emulator=${6-}
	local here out what from to bytes wrong=0 branches=0 status

	here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
	out=$here/../../build/emit/$machine
	ktap_print_header
	mkdir -p "$out"
	# shellcheck disable=SC2086
	$compiler -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter -std=gnu11 \
		-I"$here/../../include" -o "$out/$program" "$here/host/$program.c" \
		>"$out/$program.make.log" 2>&1 || {
		ktap_print_msg "$(cat "$out/$program.make.log")"
		ktap_exit_fail_msg "the header does not compile in user space"
	}
	ktap_set_plan "$plan"
	$emulator "$out/$program" >"$out/$program.out"
	status=$?
	ktap_import <"$out/$program.out"
	ktap_check_equal "the program ran to its end" "$status" 0
	[ -n "$objdump" ] || return
	while read -r _ _ what from to bytes; do
		branches=$((branches + 1))
		goes_to "$objdump" "$machine" "$from" "$to" "$bytes" || {
			wrong=$((wrong + 1))
			ktap_print_msg "objdump: the $what at $from does not go to $to"
		}
	done < <(grep '^# branch' "$out/$program.out")
	ktap_check_equal "objdump sees $branches branches go where they should" \
		"$wrong $((branches > 10))" "0 1"
}
