#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The BPF sample in a few lines: a filter, some traffic, what came of it. To be
# run as root in the virtual machine. Fails if the two filters disagree.

set -e

HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
# Where the modules were built
MODDIR=${JITALLOC_MODDIR:-$TOP}
DIR=/sys/kernel/debug/jit_bpf
EXPRESSION='icmp or tcp dst port 8080'

traffic() {
	ping -q -c 5 -i 0.02 127.0.0.1 >/dev/null
	python3 - <<-'PYTHON'
	import socket
	server = socket.create_server(("127.0.0.1", 8080))
	client = socket.create_connection(("127.0.0.1", 8080))
	accepted, _ = server.accept()
	for _ in range(10):
	    client.sendall(bytes(2000))
	    accepted.recv(2000, socket.MSG_WAITALL)
	udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	udp.bind(("127.0.0.1", 7777))
	for _ in range(20):
	    udp.sendto(bytes(100), ("127.0.0.1", 7777))
	PYTHON
}

# value FILE NAME
value() {
	sed -n "s/^$2 //p" "$DIR/$1"
}

ip link set lo up
tcpdump -ddd -i lo "$EXPRESSION" >/tmp/jit_bpf_demo

loaded=
if ! grep -q '^jitalloc ' /proc/modules; then
	insmod "$MODDIR/rust/jitalloc.ko"
	loaded=jitalloc
fi
trap 'rmmod jit_bpf $loaded; rm -f /tmp/jit_bpf_demo' EXIT
insmod "$MODDIR/samples/bpf/jit_bpf.ko" dev=lo verify=1
cp /tmp/jit_bpf_demo $DIR/filter
traffic
sleep 0.1

seen=$(value stats seen) matched=$(value stats matched)
kernel=$(value stats kernel_matched) agree=$(value stats agree)
read -r permissions page < <(value code mapping)

cat <<EOT
BPF sample: a packet filter, compiled to machine code by a module
  filter       '$EXPRESSION' as tcpdump compiles it
  code         $(value code instructions) instructions, $(value code bytes) bytes of $(uname -m)
  name         $(value code name), in stack traces and /proc/kallsyms
  where        in the kernel's range for BPF code, $(value code range)
  page tables  $permissions on a $page page: executable, never writable
  packets      $seen seen on lo, going out or coming in; $matched matched
  kernel       its own filter of the same program matched $kernel; the same answer
               on $agree of $seen packets
EOT

case $permissions in
*w*) echo "the code is writable" >&2; exit 1 ;;
esac
[ "$seen" -gt 0 ] && [ "$matched" -gt 0 ] && [ "$agree" = "$seen" ] &&
	[ "$kernel" = "$matched" ]
