# SPDX-License-Identifier: GPL-2.0
"""A device without a link-layer header: a tun device, whose other end is here."""

import fcntl
import os
import socket
import struct
import subprocess
import sys
import time

import cbpf

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
NAME = "jbtun"
HERE, THERE = "10.9.8.1", "10.9.8.2"
ROUNDS = 20

EXPRESSIONS = {
    "": 6 * ROUNDS,
    "ip": 4 * ROUNDS,
    "ip6": 2 * ROUNDS,
    "udp": None,
    "udp dst port 7777": 3 * ROUNDS,
    "src host 10.9.8.2": 2 * ROUNDS,
    "ip6[6] = 44": ROUNDS,
    "ip[0] & 0xf > 5": ROUNDS,
    "udp[8:4] = 0xdeadbeef": 2 * ROUNDS,
    "inbound": 4 * ROUNDS,
    "less 40": None,
}


def open_tun():
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", NAME.encode(), IFF_TUN | IFF_NO_PI))
    # Nobody speaks unless spoken to.
    subprocess.run(["sysctl", "-qw", f"net.ipv6.conf.{NAME}.disable_ipv6=1"], check=True)
    subprocess.run(["ip", "address", "add", f"{HERE}/24", "dev", NAME], check=True)
    subprocess.run(["ip", "link", "set", NAME, "up"], check=True)
    return fd


def udp(payload):
    return struct.pack("!HHHH", 1234, 7777, 8 + len(payload), 0) + payload


def ipv4(payload, options=b""):
    words = 5 + len(options) // 4
    return struct.pack("!BBHHHBBH4s4s", 4 << 4 | words, 0, 4 * words + len(payload), 1, 0, 9, 17, 0,
                       socket.inet_aton(THERE), socket.inet_aton(HERE)) + options + payload


def ipv6(next_header, payload):
    ends = b"".join(socket.inet_pton(socket.AF_INET6, a) for a in ("fd09::2", "fd09::1"))
    return struct.pack("!IHBB", 6 << 28, len(payload), next_header, 9) + ends + payload


def burst(tun, sender):
    for _ in range(ROUNDS):
        os.write(tun, ipv4(udp(b"\xde\xad\xbe\xef")))
        os.write(tun, ipv4(b"\0" * 8, b"\1" * 8))
        os.write(tun, ipv6(17, udp(b"\xde\xad\xbe\xef")))
        os.write(tun, ipv6(44, struct.pack("!BBHI", 17, 0, 1, 78) + bytes(8)))
        sender.sendto(b"\xde\xad\xbe\xef", (THERE, 7777))
        sender.sendto(b"", (THERE, 7778))


def main():
    tun = open_tun()
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    subprocess.run(["insmod", sys.argv[1], f"dev={NAME}", "verify=1"], check=True)
    total = 0

    for expression, expected in EXPRESSIONS.items():
        prog = cbpf.compile_expression(expression, NAME)
        if cbpf.load(cbpf.text_of(prog)):
            cbpf.report(False, f"'{expression}'", "the module refused it")
            continue
        sock = cbpf.PacketSocket(NAME, prog)
        burst(tun, sender)
        for _ in range(40):
            now = cbpf.stats()
            if now["seen"] >= 6 * ROUNDS:
                break
            time.sleep(0.05)
        matched = sock.count()
        sock.close()
        total += now["seen"]
        good = (now["disagree"] == 0 and now["agree"] == now["seen"] == 6 * ROUNDS
                and now["matched"] == now["kernel_matched"] == matched
                and expected in (None, matched))
        cbpf.report(good, f"without a link-layer header: '{expression}'", (now, matched, expected))
    print(f"# figure: tun_packets={total}")
    return 1 if cbpf.failures else 0


if __name__ == "__main__":
    sys.exit(main())
