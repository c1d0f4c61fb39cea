# SPDX-License-Identifier: GPL-2.0
"""Packets of many kinds through a pair of virtual Ethernet devices."""

import os
import socket
import struct
import subprocess
import threading

HERE, THERE = "10.9.0.1", "10.9.0.2"
HERE6, THERE6 = "fd09::1", "fd09::2"
VLAN_HERE, VLAN_THERE = "10.9.7.1", "10.9.7.2"
PEER_NETNS = "jit_bpf"

PINGS = 10
PINGS6 = 4
VLAN_PINGS = 3
DATAGRAMS = 5
FRAGMENTED = 2
FRAGMENTED6 = 1
FRAGMENTS6 = 3
CONNECTIONS = 2
ODD_FRAMES = 6

UDP_PORT, TCP_PORT = 7777, 8080
ODD_TYPE = 0x88B5
REQUEST = b"GET / HTTP/1.0\r\n\r\n"
ANSWER = bytes(range(256)) * 120


def in_peer(function):
    """Call a function in the other end's network namespace."""
    result = []

    def run():
        with open(f"/run/netns/{PEER_NETNS}") as netns:
            os.setns(netns.fileno(), os.CLONE_NEWNET)
        result.append(function())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return result[0]


def listener(family, address):
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, TCP_PORT))
    sock.listen(8)
    return sock


def udp_receiver():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((THERE, UDP_PORT))
    return sock


class Traffic:
    def __init__(self, device, peer):
        self.servers = {
            THERE: in_peer(lambda: listener(socket.AF_INET, THERE)),
            THERE6: in_peer(lambda: listener(socket.AF_INET6, THERE6)),
            VLAN_THERE: in_peer(lambda: listener(socket.AF_INET, VLAN_THERE)),
        }
        self.receiver = in_peer(udp_receiver)
        self.sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.raw.bind((device, 0))
        self.peer_raw = in_peer(
            lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
        self.peer_raw.bind((peer, 0))
        self.mac = self.raw.getsockname()[4]
        self.peer_mac = self.peer_raw.getsockname()[4]

    def ping(self, address, count, *options):
        subprocess.run(["ping", "-q", "-f", "-c", str(count), *options, address],
                       check=True, stdout=subprocess.DEVNULL)

    def connection(self, address):
        """A request and an answer of several full-sized segments."""
        server = self.servers[address]
        client = socket.socket(server.family, socket.SOCK_STREAM)
        client.connect((address, TCP_PORT))
        accepted, _ = server.accept()
        client.sendall(REQUEST)
        accepted.recv(100)
        accepted.sendall(ANSWER)
        accepted.shutdown(socket.SHUT_WR)
        while client.recv(65536):
            pass
        client.close()
        while accepted.recv(100):
            pass
        accepted.close()

    def datagrams(self, count, payload, port=UDP_PORT):
        for _ in range(count):
            self.sender.sendto(payload, (THERE, port))
            if port == UDP_PORT:
                self.receiver.recv(65536)

    def frame(self, from_peer, ether_type, payload, tags=b""):
        macs = self.mac + self.peer_mac if from_peer else self.peer_mac + self.mac
        data = macs + tags + struct.pack("!H", ether_type) + payload
        (self.peer_raw if from_peer else self.raw).send(data)

    def odd_frames(self):
        """Frames that no protocol here makes: tiny, tagged twice, cut off."""
        for i in range(ODD_FRAMES):
            self.frame(i & 1, ODD_TYPE, bytes(range(i * 40)))
        # IP with options, and a UDP header behind them
        ip = struct.pack("!BBHHHBBH4s4s", 0x48, 0, 40 + 4, 1, 0, 9, 17, 0,
                         socket.inet_aton(THERE), socket.inet_aton(HERE))
        udp = struct.pack("!HHHH", 1234, 4321, 12, 0)
        self.frame(True, 0x0800, ip + b"\1" * 12 + udp + b"\xde\xad\xbe\xef")
        # headers that promise more than there is
        self.frame(True, 0x0800, ip[:9])
        self.frame(False, 0x0800, ip[:20])
        self.frame(True, 0x86DD, b"\x60" + bytes(30))
        self.frame(True, 0x0800, b"")
        # two VLAN tags, with the inner one in the packet
        outer = struct.pack("!HH", 0x88A8, 100)
        inner = struct.pack("!HH", 0x8100, 7)
        self.frame(True, 0x0800, ip + bytes(24), outer + inner)
        self.frame(False, 0x0800, ip + bytes(24), outer + inner)
        self.frame(True, 0x8847, struct.pack("!I", 100 << 12 | 1 << 8 | 64) + ip)
        # a question about somebody who is not here
        self.frame(True, 0x0806, struct.pack(
            "!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, self.peer_mac,
            socket.inet_aton(THERE), bytes(6), socket.inet_aton("10.9.0.77")))
        # to everybody, and to a group
        for mac in b"\xff" * 6, b"\x01\x00\x5e\x01\x02\x03":
            self.peer_raw.send(mac + self.peer_mac + struct.pack("!H", ODD_TYPE + 1))

    def frame6(self, from_peer, next_header, payload):
        """An IPv6 packet whose headers are in the payload, as they are."""
        here, there = (socket.inet_pton(socket.AF_INET6, a) for a in (HERE6, THERE6))
        ends = there + here if from_peer else here + there
        ip6 = struct.pack("!IHBB", 6 << 28, len(payload), next_header, 9) + ends
        self.frame(from_peer, 0x86DD, ip6 + payload)

    def extension_headers(self):
        """IPv6 with headers in front of the one that is asked for, whole and cut off."""
        udp = struct.pack("!HHHH", 1234, 4321, 12, 0) + b"\xde\xad\xbe\xef"
        options = bytes([17, 0, 1, 4, 0, 0, 0, 0])
        # hop-by-hop options, then destination options, then UDP
        self.frame6(True, 0, bytes([60, 0, 1, 4, 0, 0, 0, 0]) + options + udp)
        # destination options alone; a routing header; one that is longer than the packet
        self.frame6(False, 60, options + udp)
        self.frame6(True, 43, bytes([17, 0, 4, 0, 0, 0, 0, 0]) + udp)
        self.frame6(True, 60, bytes([17, 200, 1, 4]))
        # the second fragment of something, and the first, which has the ports
        self.frame6(True, 44, struct.pack("!BBHI", 17, 0, 8 << 3 | 0, 77) + bytes(30))
        self.frame6(False, 44, struct.pack("!BBHI", 17, 0, 1, 78) + udp)

    def burst(self):
        self.ping(THERE, PINGS)
        self.ping(THERE6, PINGS6)
        self.ping(VLAN_THERE, VLAN_PINGS)
        self.ping(THERE, FRAGMENTED, "-s", "3000")
        self.ping(THERE6, FRAGMENTED6, "-s", "3000")
        self.datagrams(DATAGRAMS, b"\xde\xad\xbe\xef" * 30)
        for _ in range(CONNECTIONS):
            self.connection(THERE)
        self.connection(THERE6)
        self.connection(VLAN_THERE)
        self.odd_frames()
        self.extension_headers()
