#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kprobe sample in a few lines: a filter on the calls of a function, some
# files, what came of it. To be run as root in the virtual machine. Fails if the
# kernel's own probe with the same filter counts differently.

set -e

HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
# Where the modules were built
MODDIR=${JITALLOC_MODDIR:-$TOP}
DIR=/sys/kernel/debug/jit_kprobe
TRACING=/sys/kernel/tracing
EVENT=$TRACING/events/demo/open

# Every open of a file comes here, with its flags in the first argument. The
# lowest two bits are 0 if the file is only read.
FUNCTION=alloc_empty_file

# Some work with files: notes are written, copied, sorted and counted.
work() {
	local dir i

	dir=$(mktemp -d)
	for i in {1..40}; do
		echo "note $i" >"$dir/note$i"
	done
	cat "$dir"/note* >"$dir/all"
	cp "$dir"/note1? "$dir"/all /tmp/
	sort -r -o "$dir/sorted" "$dir/all"
	sed -i 's/note/line/' "$dir"/note2?
	wc -l "$dir"/* >/dev/null
	rm -r "$dir" /tmp/note1? /tmp/all
}

# value NAME
value() {
	sed -n "s/^$1: //p" $DIR/filter
}

# What the kernel's event has counted. Reading is no match, so that readings do
# not change what they read.
kernel_matches() {
	sed -n 's/^ *Hits: //p' $EVENT/hist
}

loaded=
cleanup() {
	rmmod jit_kprobe $loaded
	echo '!hist:keys=common_type' >$EVENT/trigger
	echo '-:demo/open' >>$TRACING/kprobe_events
}

if ! grep -q '^jitalloc ' /proc/modules; then
	insmod "$MODDIR/rust/jitalloc.ko"
	loaded=jitalloc
fi
insmod "$MODDIR/samples/kprobe/jit_kprobe.ko" symbol=$FUNCTION arg=0 type=u32 op=and value=3
# The register of the first argument
case $(uname -m) in
x86_64) first=%di ;;
arm*) first=%r0 ;;
*) first=%x0 ;;
esac
echo "p:demo/open $FUNCTION flags=$first:u32" >>$TRACING/kprobe_events
echo 'hist:keys=common_type if flags & 3' >$EVENT/trigger
trap cleanup EXIT

hits=$(<$DIR/hits) matches=$(<$DIR/matches) kernel=$(kernel_matches)
work
matches=$(($(<$DIR/matches) - matches)) kernel=$(($(kernel_matches) - kernel))
hits=$(($(<$DIR/hits) - hits))

read -r permissions page < <(value mapping)
cat <<EOT
kprobe sample: a filter on function calls, compiled to machine code by a module
  function     $FUNCTION(flags, ...), which every open of a file calls
  filter       $(value filter): the file is opened for writing
  code         $(value text | sed 's/.*, //') of $(uname -m), run each time by a kprobe
  name         $(value name), in stack traces and /proc/kallsyms
  where        in the kernel's range for kprobe code, $(value range)
  page tables  $permissions on a $page page: executable, never writable
  calls        $hits files opened while notes were written, copied and sorted,
               $matches of them for writing
  kernel       its own probe with the same filter counted $kernel
EOT

case $permissions in
*w*) echo "the code is writable" >&2; exit 1 ;;
esac
[ "$matches" -gt 0 ] && [ "$hits" -gt "$matches" ] && [ "$matches" -eq "$kernel" ]
