#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What jit_kprobe cannot do, it refuses to be loaded for: with one line in the
# log that says what was wrong, and with nothing left behind.
#
# timeout: 300

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

# The most that a register has, and one more, which the shell has no number for
if [ "$BITS" -eq 64 ]; then
	MOST=18446744073709551615 BEYOND=18446744073709551616
else
	MOST=4294967295 BEYOND=4294967296
fi

# Some kernels know no data by name.
if grep -q ' jiffies$' /proc/kallsyms; then
	DATA="Invalid parameters|symbol=jiffies: the kernel refuses to probe it: -EINVAL"
else
	DATA="Unknown symbol|symbol=jiffies: the kernel has no such function"
fi

# what is wrong | parameters | errno as insmod says it | line in the log
CASES=(
"no symbol|op=eq value=1|Invalid parameters|symbol= is missing"
"an empty symbol|symbol= op=eq value=1|Invalid parameters|symbol= is missing"
"a symbol that does not exist|symbol=no_such_function_at_all op=eq value=1|Unknown symbol|symbol=no_such_function_at_all: the kernel has no such function"
"a symbol with an offset|symbol=vfs_read+4 op=eq value=1|Unknown symbol|symbol=vfs_read.4: the kernel has no such function"
"a symbol that is data|symbol=jiffies op=eq value=1|$DATA"
"a function on the blacklist|symbol=$NOKPROBE op=eq value=1|Invalid parameters|symbol=$NOKPROBE: the kernel refuses to probe it: -EINVAL"
"a function of entry code|symbol=$ENTRY op=eq value=1|Invalid parameters|symbol=$ENTRY: the kernel refuses to probe it: -EINVAL"
"one argument too many|symbol=vfs_read arg=${#REGS[@]} op=eq value=1|Invalid parameters|arg=${#REGS[@]}: not one of 0 to $((${#REGS[@]} - 1))"
"argument -1|symbol=vfs_read arg=-1 op=eq value=1|Invalid parameters|.-1. invalid for parameter .arg."
"argument 4294967296|symbol=vfs_read arg=4294967296 op=eq value=1|Numerical result|.4294967296. .*parameter .arg."
"an argument that is no number|symbol=vfs_read arg=first op=eq value=1|Invalid parameters|.first. invalid for parameter .arg."
"no operator|symbol=vfs_read value=1|Invalid parameters|op=: not one of eq ne lt le gt ge and"
"an unknown operator|symbol=vfs_read op=like value=1|Invalid parameters|op=like: not one of"
"an operator as a sign|symbol=vfs_read op=== value=1|Invalid parameters|op===: not one of"
"an operator in capitals|symbol=vfs_read op=EQ value=1|Invalid parameters|op=EQ: not one of"
"an unknown type|symbol=vfs_read type=int op=eq value=1|Invalid parameters|type=int: not one of"
"an empty type|symbol=vfs_read type= op=eq value=1|Invalid parameters|type=: not one of"
"a type of 128 bits|symbol=vfs_read type=u128 op=eq value=1|Invalid parameters|type=u128: not one of"
"no value|symbol=vfs_read op=eq|Invalid parameters|value= is missing"
"an empty value|symbol=vfs_read op=eq value=|Invalid parameters|value=: not a number of type u$BITS"
"a value that is no number|symbol=vfs_read op=eq value=many|Invalid parameters|value=many: not a number of type u$BITS"
"a value with a tail|symbol=vfs_read op=eq value=12x|Invalid parameters|value=12x: not a number of type u$BITS"
"a negative value of unsigned type|symbol=vfs_read type=u32 op=eq value=-1|Invalid parameters|value=-1: not a number of type u32"
"256 as u8|symbol=vfs_read type=u8 op=eq value=256|Numerical result|value=256: not a number of type u8"
"65536 as u16|symbol=vfs_read type=u16 op=eq value=0x10000|Numerical result|value=0x10000: not a number of type u16"
"2^32 as u32|symbol=vfs_read type=u32 op=eq value=4294967296|Numerical result|value=4294967296: not a number of type u32"
"2^$BITS as u$BITS|symbol=vfs_read op=eq value=$BEYOND|Numerical result|value=$BEYOND: not a number of type u$BITS"
"128 as s8|symbol=vfs_read type=s8 op=eq value=128|Numerical result|value=128: not a number of type s8"
"-129 as s8|symbol=vfs_read type=s8 op=eq value=-129|Numerical result|value=-129: not a number of type s8"
"2^15 as s16|symbol=vfs_read type=s16 op=eq value=32768|Numerical result|value=32768: not a number of type s16"
"-2^31-1 as s32|symbol=vfs_read type=s32 op=eq value=-2147483649|Numerical result|value=-2147483649: not a number of type s32"
"a mask that is no number|symbol=vfs_read op=eq value=1 mask=all|Invalid parameters|mask=all: not a number of $BITS bits"
"a negative mask|symbol=vfs_read op=eq value=1 mask=-1|Invalid parameters|mask=-1: not a number of $BITS bits"
"a mask that is wider than the type|symbol=vfs_read type=u8 op=eq value=1 mask=0x100|Numerical result|mask=0x100: not a number of 8 bits"
)

# The other end of the ranges that are refused above.
ACCEPTED=(
"type=u8 op=eq value=255 mask=0xff"
"type=s8 op=eq value=-128"
"type=s8 op=eq value=127"
"type=s32 op=lt value=-2147483648"
"type=u$BITS op=eq value=$MOST mask=$MOST"
"type=u$BITS op=and value=0 mask=0"
)

if [ "$BITS" -eq 64 ]; then
	CASES+=("2^63 as s64|symbol=vfs_read type=s64 op=eq value=9223372036854775808|Numerical result|value=9223372036854775808: not a number of type s64")
	ACCEPTED+=("type=s64 op=ge value=-9223372036854775808")
else
	CASES+=("a type of 64 bits|symbol=vfs_read type=u64 op=eq value=1|Invalid parameters|type=u64: registers have 32 bits here")
	CASES+=("a signed type of 64 bits|symbol=vfs_read type=s64 op=eq value=1|Invalid parameters|type=s64: registers have 32 bits here")
fi

# nothing_left LIVE-BYTES-BEFORE
nothing_left() {
	! module_is_loaded jit_kprobe && [ ! -e "$PROBE" ] &&
		[ "$(live_bytes)" = "$1" ]
}

# refused PARAMETERS ERRNO LINE
refused() {
	local out live

	live=$(live_bytes)
	# shellcheck disable=SC2086
	out=$(probe_load $1 2>&1) && {
		unload_module jit_kprobe
		echo "it was loaded"
		return 1
	}
	[[ $out == *"$2"* ]] || { echo "insmod said: $out"; return 1; }
	[ "$(log_count "jit_kprobe: $3")" -eq 1 ] || { log_since_mark; return 1; }
	log_is_clean && nothing_left "$live"
}

accepted() {
	local live

	live=$(live_bytes)
	# shellcheck disable=SC2086
	probe_load symbol=vfs_read $1 && unload_module jit_kprobe &&
		nothing_left "$live"
}

ktap_print_header
ktap_set_plan $((${#CASES[@]} + ${#ACCEPTED[@]} + 2))
trap kprobe_cleanup EXIT

ktap_check "jitalloc loads" load_module jitalloc
for case in "${CASES[@]}"; do
	IFS='|' read -r what params errno line <<<"$case"
	log_mark
	ktap_check "$what is refused" refused "$params" "$errno" "$line"
done
for params in "${ACCEPTED[@]}"; do
	ktap_check "$params is accepted" accepted "$params"
done
ktap_check "jitalloc unloads" unload_module jitalloc
ktap_finished
