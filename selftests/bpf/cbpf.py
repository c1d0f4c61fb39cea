# SPDX-License-Identifier: GPL-2.0
"""Classic BPF programs, the module under test and the kernel's own filter."""

import collections
import ctypes
import os
import socket
import struct
import subprocess
import sys

DEBUGFS = "/sys/kernel/debug/jit_bpf/"

ETH_P_ALL = 0x0003
SO_ATTACH_FILTER = 26
SOL_PACKET = 263
PACKET_STATISTICS = 6

Insn = collections.namedtuple("Insn", "code jt jf k")

failures = 0


def report(good, name, why=""):
    """A result for ktap_import."""
    global failures
    if not good:
        failures += 1
        print(f"# {name}: {why}")
    print(f"{'ok' if good else 'not ok'} {name}")
    sys.stdout.flush()


def text_of(prog):
    return f"{len(prog)}\n" + "".join(f"{i.code} {i.jt} {i.jf} {i.k}\n" for i in prog)


def parse(text):
    lines = text.replace(",", "\n").split("\n")
    return [Insn(*map(int, line.split())) for line in lines[1:] if line.strip()]


def compile_expression(expression, device):
    """What tcpdump makes of an expression for live packets of a device."""
    run = subprocess.run(["tcpdump", "-ddd", "-i", device, expression],
                         capture_output=True, text=True)
    if run.returncode:
        raise ValueError(run.stderr.strip())
    return parse(run.stdout)


def load(*parts):
    """Give the module a program, each part in a write; 0 or the errno of one or of close()."""
    fd = os.open(DEBUGFS + "filter", os.O_WRONLY)
    error = 0
    for part in parts:
        try:
            os.write(fd, part.encode())
        except OSError as err:
            error = err.errno
            break
    try:
        os.close(fd)
    except OSError as err:
        error = error or err.errno
    return error


def loaded():
    with open(DEBUGFS + "filter") as file:
        return file.read()


def stats():
    with open(DEBUGFS + "stats") as file:
        return {name: int(value) for name, value in map(str.split, file)}


def bound_to(device):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    sock.bind((device, ETH_P_ALL))
    return sock


class PacketSocket:
    """A packet socket with a filter, which counts what passes it."""

    def __init__(self, device, prog):
        # Nothing may come in before the filter is there.
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        code = b"".join(struct.pack("HBBI", *i) for i in prog)
        self.code = ctypes.create_string_buffer(code, len(code))
        fprog = struct.pack("HL", len(prog), ctypes.addressof(self.code))
        try:
            self.sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, fprog)
        except OSError:
            self.sock.close()
            raise
        self.sock.bind((device, ETH_P_ALL))
        self.count()

    def count(self):
        """Packets since the last call."""
        data = self.sock.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        return struct.unpack("II", data)[0]

    def close(self):
        self.sock.close()


def kernel_verdict(prog):
    """What the kernel says of a program: 0 or an errno."""
    try:
        PacketSocket("lo", prog).close()
        return 0
    except OSError as error:
        return error.errno
