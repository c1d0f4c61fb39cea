#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who sees names and addresses, which is for the kernel's own settings to say.

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"

NAME=jit_test_kept_name
KPTR=/proc/sys/kernel/kptr_restrict
PARANOID=/proc/sys/kernel/perf_event_paranoid
JIT=/proc/sys/net/core/bpf_jit_kallsyms
HARDEN=/proc/sys/net/core/bpf_jit_harden

# seen USER...: what a reader sees of the name: nothing, its address, or zeroes;
# USER... is what runs a command as the reader
seen() {
	local line

	line=$("$@" cat /proc/kallsyms | grep " $NAME ")
	case $line in
	"") echo nothing ;;
	"0000000000000000 t $NAME [jitalloc]	[bpf]" | \
	"00000000 t $NAME [jitalloc]	[bpf]") echo zeroes ;;
	*" t $NAME [jitalloc]	[bpf]") echo address ;;
	*) echo "$line" ;;
	esac
}

# kernels_own USER...: the same of the first symbol of the kernel
kernels_own() {
	"$@" head -1 /proc/kallsyms | grep -q '^0* ' && echo zeroes || echo address
}

root() {
	"$@"
}

anybody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$@"
}

# check_readers KPTR PARANOID ROOT ANYBODY
check_readers() {
	local what="kptr_restrict=$1 perf_event_paranoid=$2"

	echo "$1" >"$KPTR"
	echo "$2" >"$PARANOID"
	ktap_check_equal "$what: root sees" "$(seen root)" "$3"
	ktap_check_equal "$what: anybody sees" "$(seen anybody)" "$4"
	ktap_check_equal "$what: as of the kernel's own symbols" \
		"$(kernels_own root) $(kernels_own anybody)" "$3 $4"
}

vm_test_begin 22 jit_test_names
before="$(cat $KPTR) $(cat $PARANOID) $(cat $JIT) $(cat $HARDEN)"
echo 1 >"$JIT"
echo 0 >"$HARDEN"
run_cases jit_test_names keep
addr=$(grep " $NAME " /proc/kallsyms | cut -d' ' -f1)
check_readers 0 1 address address
check_readers 0 2 address zeroes
check_readers 1 1 address zeroes
check_readers 1 2 address zeroes
check_readers 2 1 zeroes zeroes
echo 0 >"$KPTR"
ktap_check_equal "the address has stayed" \
	"$(grep " $NAME " /proc/kallsyms | cut -d' ' -f1)" "$addr"

echo 0 >"$JIT"
ktap_check_equal "bpf_jit_kallsyms=0: root sees" "$(seen root)" nothing
echo 1 >"$JIT"
echo 1 >"$HARDEN"
ktap_check_equal "bpf_jit_harden=1: root sees" "$(seen root)" nothing
echo 0 >"$HARDEN"
ktap_check_equal "and again" "$(seen root)" address

run_cases jit_test_names drop
ktap_check_equal "when the text is gone" "$(seen root)" nothing
read -r kptr paranoid jit harden <<<"$before"
echo "$kptr" >"$KPTR"
echo "$paranoid" >"$PARANOID"
echo "$jit" >"$JIT"
echo "$harden" >"$HARDEN"
vm_test_end
