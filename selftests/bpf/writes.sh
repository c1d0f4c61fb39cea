#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How a program gets into the module: by any number of writes to its file, which
# may be shared, and by a parameter of any length.
#

HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../lib/ktap.sh"
. "$HERE/../lib/module.sh"

FILE=$DEBUGFS/jit_bpf/filter
TMP=$(mktemp -d)

cleanup() {
	unload_modules jit_bpf jit_kprobe jitalloc
	rm -rf "$TMP"
}
trap cleanup EXIT

# program N K: N instructions, the last of which returns K
program() {
	echo "$1"
	for ((i = 1; i < $1; i++)); do
		echo "0 0 0 $i"
	done
	echo "6 0 0 $2"
}

# in_place FILE: the module runs the program of a file
in_place() {
	cmp "$1" "$FILE"
}

# takes NAME COMMAND...: a command that writes the large program succeeds, and
# it is in place
takes() {
	local name=$1

	shift
	echo "1,6 0 0 7" >"$FILE"
	ktap_check "$name succeeds" "$@"
	ktap_check "$name: the program is in place" in_place "$TMP/large"
}

fails() {
	! "$@" 2>"$TMP/err"
}

# refuses NAME COMMAND...: a command fails, and the program before is in place
refuses() {
	local name=$1

	shift
	cat "$TMP/small" >"$FILE"
	ktap_check "$name fails" fails "$@"
	ktap_print_msg "$(head -n 1 "$TMP/err")"
	ktap_check "$name: the program before is in place" in_place "$TMP/small"
}

to_file() { cat "$1" >"$FILE"; }
byte_by_byte() { dd if="$TMP/large" of="$FILE" bs=1 count=20000 status=none; }
by_4096() { dd if="$TMP/large" of="$FILE" bs=4096 status=none; }
by_tee() { tee "$FILE" <"$TMP/large" >/dev/null; }
by_several() { (head -c 5000 "$TMP/large" && tail -c +5001 "$TMP/large") >"$FILE"; }
by_tcpdump() { tcpdump -O -ddd -i lo "$EXPRESSION" >"$FILE"; }

ktap_print_header
ktap_set_plan 65

log_mark
ip link set lo up
program 1200 262144 >"$TMP/large"
program 3 5 >"$TMP/small"
head -c 6000 "$TMP/large" >"$TMP/part"
program 4097 0 >"$TMP/too_many"
{ cat "$TMP/large" && echo x; } >"$TMP/more"
EXPRESSION="tcp port 1$(printf ' or port %d' {2..20})"
tcpdump -O -ddd -i lo "$EXPRESSION" >"$TMP/tcpdump" 2>/dev/null
ktap_check "the module loads" load_module jit_bpf dev=lo verify=1 ||
	ktap_exit_fail_msg "nothing to test"
ktap_check "the large program is larger than a page" \
	test "$(wc -c <"$TMP/large")" -gt 12000

takes "cat" to_file "$TMP/large"
takes "dd bs=4096" by_4096
takes "dd bs=1" byte_by_byte
takes "tee" by_tee
takes "several commands that share the file" by_several
cp "$TMP/tcpdump" "$TMP/large"
ktap_check "tcpdump makes more than a page" test "$(wc -c <"$TMP/large")" -gt 4096
takes "tcpdump" by_tcpdump
program 1200 262144 >"$TMP/large"

refuses "a part" to_file "$TMP/part"
refuses "more than 4096 instructions" to_file "$TMP/too_many"
ktap_check_equal "which the log says" "$(log_count 'more than 4096 instructions')" 1
refuses "more than the count says" to_file "$TMP/more"
refuses "what is no instruction" eval 'echo "1,65535 0 0 0" >"$FILE"'
refuses "dd with a hole in it" dd if="$TMP/large" of="$FILE" bs=512 seek=1 status=none
ktap_check "nothing written replaces nothing" eval ': >"$FILE"; in_place "$TMP/small"'
ktap_check "nor does reading" eval 'cat <>"$FILE" >/dev/null; in_place "$TMP/small"'

# Two at a time do not mix.
exec {A}>"$FILE" {B}>"$FILE"
head -c 3000 "$TMP/large" >&"$A"
head -n 2 "$TMP/small" >&"$B"
tail -c +3001 "$TMP/large" >&"$A"
tail -n +3 "$TMP/small" >&"$B"
ktap_check "what is not closed is not in place" in_place "$TMP/small"
exec {A}>&-
ktap_check "the first writer's program is in place" in_place "$TMP/large"
exec {B}>&-
ktap_check "then the second's" in_place "$TMP/small"

# A parameter, of any length
unload_module jit_bpf
for len in 1023 1024 2000 4095 4096 20000; do
	text="3,$(printf '%*s' $((len - 25)) '')0 0 0 1,0 0 0 2,6 0 0 9"
	ktap_check_equal "a parameter of $len characters" ${#text} "$len"
	printf '3\n0 0 0 1\n0 0 0 2\n6 0 0 9\n' >"$TMP/param"
	ktap_check "of $len characters: it loads" load_module jit_bpf dev=lo filter="\"$text\""
	ktap_check "of $len characters: all of it" in_place "$TMP/param"
	unload_module jit_bpf
done
ktap_check "half a parameter is refused" fails load_module jit_bpf filter='"3,0 0 0 1"'
ktap_check "so is one that is no program" fails load_module jit_bpf filter='"4097,0"'
ktap_check "so is a good one beside another that is not" \
	fails load_module jit_bpf filter='"1,6 0 0 0"' verify=what

# An open file holds its module.
load_module jit_bpf dev=lo
load_module jit_kprobe symbol=alloc_empty_file type=u32 op=and value=3
for file in "$DEBUGFS"/jit_bpf/* "$DEBUGFS"/jit_kprobe/*; do
	module=${file#"$DEBUGFS/"}
	module=${module%/*}
	exec {A}<"$file"
	ktap_check "${file#"$DEBUGFS/"}: an open file holds the module" fails rmmod "$module"
	exec {A}<&-
done
ktap_check "both unload once they are closed" unload_modules jit_kprobe jit_bpf
ktap_check "the kernel has nothing to report" log_is_clean
ktap_finished
