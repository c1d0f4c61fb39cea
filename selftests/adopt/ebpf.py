# SPDX-License-Identifier: GPL-2.0
"""BPF as its users reach it, by the system call: prints what each program has done.

usage: ebpf.py [restart ROUNDS]

Programs are written in its instructions here, with no compiler and no library:
socket filters, one of XDP that a dispatcher calls, and one at the entry of a
kernel function, which a trampoline calls. A line for each: its name, what it
counted or returned, and whether it was compiled. With "restart" a filter comes and
goes, again and again.
"""

import ctypes
import os
import platform
import socket
import struct
import sys

NR_BPF = {"x86_64": 321, "aarch64": 280}[platform.machine()]
MAP_CREATE, MAP_LOOKUP, PROG_LOAD, TEST_RUN, GET_INFO, RAW_TP_OPEN = 0, 1, 5, 10, 15, 17
SOCKET_FILTER, XDP, TRACING = 1, 6, 26
ARRAY, TRACE_FENTRY = 2, 24
SO_ATTACH_BPF = 50
# What is traced: it is called when a process asks for its nice value.
TRACED = "__x64_sys_getpriority" if platform.machine() == "x86_64" else "__arm64_sys_getpriority"

libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attr):
    buf = ctypes.create_string_buffer(attr.ljust(128, b"\0"), 128)
    ret = libc.syscall(NR_BPF, command, buf, len(buf))
    if ret < 0:
        err = ctypes.get_errno()
        raise OSError(err, f"bpf({command}): {os.strerror(err)}")
    return ret, buf.raw


def insn(code, dst=0, src=0, off=0, imm=0):
    return struct.pack("=BBhi", code, src << 4 | dst, off, imm)


MOV_K, MOV_X, ADD_K, EXIT = 0xB7, 0xBF, 0x07, 0x95
LDX_W, ST_W, STX_ATOMIC, CALL, JEQ_K, JNE_K = 0x61, 0x62, 0xDB, 0x85, 0x15, 0x55


def count(fd):
    """Adds one to the first element of a map; returns nothing."""
    return b"".join((
        insn(ST_W, 10, off=-4),
        insn(MOV_X, 2, 10), insn(ADD_K, 2, imm=-4),
        insn(0x18, 1, 1, imm=fd), insn(0),
        insn(CALL, imm=1),
        insn(JEQ_K, 0, off=2),
        insn(MOV_K, 1, imm=1),
        insn(STX_ATOMIC, 0, 1),
    ))


def load(kind, code, expected=0, btf_id=0):
    text = ctypes.create_string_buffer(code, len(code))
    license = ctypes.create_string_buffer(b"GPL")
    log = ctypes.create_string_buffer(65536)

    def attr(level):
        return struct.pack("=IIQQIIQII16sIIIIQIIQII", kind, len(code) // 8, ctypes.addressof(text),
                           ctypes.addressof(license), level, len(log) if level else 0,
                           ctypes.addressof(log) if level else 0, 0, 0, b"judge",
                           0, expected, 0, 0, 0, 0, 0, 0, 0, btf_id)

    try:
        return bpf(PROG_LOAD, attr(0))[0]
    except OSError:
        # Once more, for the reason
        try:
            return bpf(PROG_LOAD, attr(1))[0]
        finally:
            print(log.value.decode(errors="replace"), file=sys.stderr)


def is_compiled(fd):
    info = ctypes.create_string_buffer(256)
    bpf(GET_INFO, struct.pack("=IIQ", fd, len(info), ctypes.addressof(info)))
    return struct.unpack_from("=I", info.raw, 16)[0] > 0


def new_map():
    return bpf(MAP_CREATE, struct.pack("=IIII", ARRAY, 4, 8, 1))[0]


def first_of(fd):
    key, value = ctypes.create_string_buffer(4), ctypes.create_string_buffer(8)
    bpf(MAP_LOOKUP, struct.pack("=IIQQ", fd, 0, ctypes.addressof(key), ctypes.addressof(value)))
    return struct.unpack("=Q", value.raw)[0]


def function_id(wanted):
    """The number that the kernel's types have for a function."""
    with open("/sys/kernel/btf/vmlinux", "rb") as file:
        data = file.read()
    head, type_at, type_len, str_at = struct.unpack_from("=IIII", data, 4)[0:4]
    strings = data.index(b"\0" + wanted.encode() + b"\0", head + str_at) + 1 - head - str_at
    at, end, number = head + type_at, head + type_at + type_len, 1
    # Bytes behind each kind: for all, and for each of its members
    more = {1: (4, 0), 3: (12, 0), 4: (0, 12), 5: (0, 12), 6: (0, 8), 13: (0, 8), 14: (4, 0), 15: (0, 12),
            17: (4, 0), 19: (0, 12)}
    while at < end:
        name, info = struct.unpack_from("=II", data, at)
        kind, members = info >> 24 & 0x1F, info & 0xFFFF
        if kind == 12 and name == strings:
            return number
        fixed, each = more.get(kind, (0, 0))
        at += 12 + fixed + each * members
        number += 1
    raise KeyError(wanted)


def say(name, result, fd):
    print(name, result, "compiled" if is_compiled(fd) else "interpreted", flush=True)


def filters():
    """Packets of which the first byte is below a number: for a hundred numbers."""
    for k in range(0, 200, 2):
        # A filter's packet is read by LD_ABS, from the context in r6.
        code = insn(MOV_X, 6, 1) + insn(0x30) + insn(0xA5, 0, off=2, imm=k) + \
            insn(MOV_K) + insn(EXIT) + insn(MOV_K, imm=0xFFFF) + insn(EXIT)
        fd = load(SOCKET_FILTER, code)
        a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        b.setsockopt(socket.SOL_SOCKET, SO_ATTACH_BPF, struct.pack("=i", fd))
        b.setblocking(False)
        seen = 0
        for byte in range(0, 256, 7):
            a.send(bytes([byte]) * 20)
            try:
                seen += len(b.recv(64)) > 0
            except BlockingIOError:
                pass
        say(f"filter_{k}", seen, fd)
        os.close(fd)
        a.close()
        b.close()


def xdp():
    """Programs that a dispatcher jumps to while they are run for a test."""
    packet = ctypes.create_string_buffer(64)
    for verdict in (1, 2, 3):
        numbers = new_map()
        fd = load(XDP, count(numbers) + insn(MOV_K, imm=verdict) + insn(EXIT))
        _, out = bpf(TEST_RUN, struct.pack("=IIIIQQII", fd, 0, len(packet), 0, ctypes.addressof(packet), 0, 1000, 0))
        say(f"xdp_{verdict}", f"{struct.unpack_from('=I', out, 4)[0]}:{first_of(numbers)}", fd)
        os.close(fd)
        os.close(numbers)


def traced():
    """A program at the entry of a function, which a trampoline calls; two of them, three."""
    number, links = function_id(TRACED), []
    for nr in range(1, 4):
        counted = new_map()
        fd = load(TRACING, count(counted) + insn(MOV_K) + insn(EXIT), TRACE_FENTRY, number)
        link = bpf(RAW_TP_OPEN, struct.pack("=QI", 0, fd))[0]
        links.append((counted, fd, link))
        for _ in range(500):
            os.getpriority(os.PRIO_PROCESS, 0)
    for nr, (counted, fd, link) in enumerate(links):
        say(f"fentry_{nr}", first_of(counted), fd)
        for file in (link, fd, counted):
            os.close(file)


def restart(rounds):
    for size in range(rounds):
        # Of 200 to 3,200 instructions
        code = insn(MOV_K, imm=0) + insn(ADD_K, 0, imm=1) * (200 + size * 101 % 3000) + insn(EXIT)
        os.close(load(SOCKET_FILTER, code))


if sys.argv[1:2] == ["restart"]:
    restart(int(sys.argv[2]))
else:
    filters()
    xdp()
    traced()
