#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every type and operator of jit_kprobe against a kprobe event of the kernel with
# the same filter: on the same calls, both count exactly the same.
#
# timeout: 300
# quick: yes

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

CALLS=400
SYMBOL=ksys_mmap_pgoff

TYPES=(u8 u16 u32 s8 s16 s32)
[ "$BITS" -lt 64 ] || TYPES+=(u64 s64)
# Arguments of the function that can be filtered
ARGS=$((${#REGS[@]} < 6 ? ${#REGS[@]} : 6))
OPS=('eq:==' 'ne:!=' 'lt:<' 'le:<=' 'gt:>' 'ge:>=' 'and:&')

# A value of each type that is near an edge and in the middle of the others.
declare -A VALUES=(
	[u8]=128 [u16]=32768 [u32]=2147483648 [u64]=9223372036854775807
	[s8]=-128 [s16]=-1 [s32]=-2147483648 [s64]=-129
)
# Nothing is less than the least of a type, and all is at least that.
declare -A OTHERS=(
	[s8]=-1 [s32]=-5
)

# Masks, which the event expresses as a bit field: type, mask, operator, value,
# and the type and value of the field.
MASKS=(
	"u$BITS 0xf0 eq 0xf0 b4@4/$BITS == 15"
	"u32 0x7f00 gt 0x100 b7@8/32 > 1"
	"u16 0x8001 and 0x8000 b1@15/16 == 1"
	"u8 0x3 le 2 b2@0/8 <= 2"
	"s32 0xff lt 0x80 b8@0/32 < 128"
)
[ "$BITS" -lt 64 ] || MASKS+=("u64 0xffffffff00000000 ne 0 b32@32/64 != 0")

# agree ARG TYPE OP VALUE MASK FETCHED-TYPE KERNEL-OP KERNEL-VALUE
agree() {
	local status

	probe_load symbol="$SYMBOL" arg="$1" type="$2" op="$3" \
		value="$4" ${5:+mask="$5"} || return 1
	event_add matches "$SYMBOL" "v=$(reg_of "$1"):$6" "v $7 $8" &&
		count -n "$CALLS" mmap "$1" && counts_agree
	status=$?
	event_del matches
	unload_module jit_kprobe || return 1
	return "$status"
}

ktap_print_header
ktap_set_plan $((${#TYPES[@]} * ${#OPS[@]} + ${#MASKS[@]} + 2))
trap kprobe_cleanup EXIT

log_mark
event_add hits $SYMBOL "v=$(reg_of 0):u$BITS" || ktap_exit_fail_msg "no kprobe event"

nr=0
for type in "${TYPES[@]}"; do
	for op in "${OPS[@]}"; do
		arg=$((nr++ % ARGS))
		# the offset of mmap() comes without its low 12 bits
		[[ $arg$type != 5[us]64 ]] || arg=4
		case $op in
		lt:* | le:* | ge:*)	value=${OTHERS[$type]:-${VALUES[$type]}} ;;
		*)			value=${VALUES[$type]} ;;
		esac
		ktap_check "($type)arg$arg ${op#*:} $value" \
			agree $arg "$type" "${op%%:*}" "$value" "" \
			"$type" "${op#*:}" "$value"
	done
done

for mask in "${MASKS[@]}"; do
	read -r type mask op value field kop kvalue <<<"$mask"
	arg=$((nr++ % ARGS))
	ktap_check "($type)arg$arg & $mask $op $value" \
		agree $arg "$type" "$op" "$value" "$mask" "$field" "$kop" "$kvalue"
done

ktap_check "nothing is left behind" kprobe_cleanup
ktap_check "the kernel log is clean" log_is_clean
ktap_finished
