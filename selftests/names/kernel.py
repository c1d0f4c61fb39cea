#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What the kernel tells perf and BPF of names, read without their tools.

    kernel.py ksymbol RUN RESULTS CASE     the KSYMBOL records of a case
    kernel.py callchain ID RUN CASE        sampled call chains of an event
    kernel.py bpf ID RUN CASE              stacks that a program on a kprobe saves

RUN and RESULTS are the files of a test module, ID the number of an event of
tracefs. Stacks are printed one a line, innermost first, with the names that
/proc/kallsyms has for them.
"""

import bisect
import ctypes
import mmap
import os
import platform
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
SYS_PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241, "armv7l": 364}
SYS_BPF = {"x86_64": 321, "aarch64": 280, "armv7l": 386}

PERF_TYPE_SOFTWARE = 1
PERF_TYPE_TRACEPOINT = 2
PERF_COUNT_SW_DUMMY = 9
PERF_SAMPLE_TID = 1 << 1
PERF_SAMPLE_TIME = 1 << 2
PERF_SAMPLE_CALLCHAIN = 1 << 5
PERF_SAMPLE_CPU = 1 << 7
ATTR_SAMPLE_ID_ALL = 1 << 18
ATTR_EXCLUDE_CALLCHAIN_USER = 1 << 22
ATTR_KSYMBOL = 1 << 29
PERF_RECORD_LOST = 2
PERF_RECORD_SAMPLE = 9
PERF_RECORD_KSYMBOL = 17
KSYMBOL_UNREGISTER = 1
IOC_SET_BPF = 0x40042408
PAGE = mmap.PAGESIZE
RING_PAGES = 256


def syscall(numbers, *args):
    ret = LIBC.syscall(ctypes.c_long(numbers[platform.machine()]), *args)
    if ret < 0:
        err = ctypes.get_errno()
        raise OSError(err, os.strerror(err))
    return ret


def perf_event_open(kind, config, sample_type, flags, cpu, period=0):
    """An event of all tasks on one CPU."""
    attr = struct.pack("=IIQQQQQ", kind, 128, config, period, sample_type, 0, flags)
    attr = ctypes.create_string_buffer(attr.ljust(128, b"\0"), 128)
    long = ctypes.c_long
    return syscall(SYS_PERF_EVENT_OPEN, attr, long(-1), long(cpu), long(-1), long(8))


class Ring:
    """The ring buffer of an event."""

    def __init__(self, fd):
        self.map = mmap.mmap(fd, (1 + RING_PAGES) * PAGE)

    def records(self):
        """Yields type and body of each record that has not been read."""
        head, tail = struct.unpack_from("=QQ", self.map, 1024)
        size = RING_PAGES * PAGE
        data = self.map[PAGE:] * 2
        while tail < head:
            at = tail % size
            kind, _misc, length = struct.unpack_from("=IHH", data, at)
            yield kind, data[at + 8 : at + length]
            tail += length
        struct.pack_into("=Q", self.map, 1032, tail)


def rings(kind, config, sample_type, flags, period=0):
    cpus = range(os.cpu_count())
    return [Ring(perf_event_open(kind, config, sample_type, flags, cpu, period)) for cpu in cpus]


def run(path, case):
    with open(path, "w", encoding="ascii") as file:
        file.write(case)


def ksymbol(run_path, results_path, case):
    """Counts the records that are just what the case says that it has done."""
    sample = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU
    flags = ATTR_KSYMBOL | ATTR_SAMPLE_ID_ALL
    events = rings(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY, sample, flags)
    run(run_path, case)
    lost = odd = 0
    seen = {False: {}, True: {}}
    for ring in events:
        for kind, body in ring.records():
            if kind == PERF_RECORD_LOST:
                lost += 1
            if kind != PERF_RECORD_KSYMBOL:
                continue
            addr, length, _type, flags = struct.unpack_from("=QIHH", body)
            name = body[16:-24].split(b"\0")[0].decode()
            (time,) = struct.unpack_from("=Q", body, len(body) - 16)
            if not name.endswith(" [jitalloc]"):
                continue
            seen_now = seen[bool(flags & KSYMBOL_UNREGISTER)]
            odd += (name, addr, length) in seen_now
            seen_now[name, addr, length] = time
    with open(results_path, encoding="ascii") as file:
        said = [line.split()[2:] for line in file if line.startswith("# named ")]
    said = {(name + " [jitalloc]", int(addr, 16), int(size)) for name, addr, size in said}
    for time in seen.values():
        odd += len(time.keys() - said)
    in_order = sum(
        seen[False][key] < seen[True][key] for key in said if key in seen[False] and key in seen[True]
    )
    print("said", len(said))
    print("registered", len(said & seen[False].keys()))
    print("unregistered", len(said & seen[True].keys()))
    print("in_order", in_order)
    print("odd", odd)
    print("lost", lost)


class Symbols:
    """Names of addresses, as /proc/kallsyms has them now."""

    def __init__(self):
        self.symbols = []
        with open("/proc/kallsyms", encoding="ascii") as file:
            for line in file:
                addr, _kind, name = line.rstrip("\n").split(" ", 2)
                self.symbols.append((int(addr, 16), name.split("\t")[0]))
        self.symbols.sort()

    def name(self, addr):
        at = bisect.bisect_right(self.symbols, (addr, "\x7f"))
        return self.symbols[at - 1][1] if at else hex(addr)

    def show(self, stack):
        # Markers of contexts are no addresses.
        print(";".join(self.name(addr) for addr in stack if 0 < addr < (1 << 64) - 4096))


def callchain(event, run_path, case):
    sample = PERF_SAMPLE_CALLCHAIN
    events = rings(PERF_TYPE_TRACEPOINT, int(event), sample, ATTR_EXCLUDE_CALLCHAIN_USER, 1)
    stacks = []
    run(run_path, case)
    for ring in events:
        for kind, body in ring.records():
            if kind == PERF_RECORD_SAMPLE:
                (nr,) = struct.unpack_from("=Q", body)
                stacks.append(struct.unpack_from(f"={nr}Q", body, 8))
    symbols = Symbols()
    for stack in stacks:
        symbols.show(stack)


BPF_MAP_CREATE = 0
BPF_MAP_LOOKUP_ELEM = 1
BPF_MAP_GET_NEXT_KEY = 4
BPF_PROG_LOAD = 5
BPF_MAP_TYPE_STACK_TRACE = 7
BPF_PROG_TYPE_KPROBE = 2
BPF_FUNC_get_stackid = 27
DEPTH = 32


def bpf(command, attr):
    attr = ctypes.create_string_buffer(attr.ljust(128, b"\0"), 128)
    return syscall(SYS_BPF, ctypes.c_long(command), attr, ctypes.c_long(128))


def insn(code, dst=0, src=0, off=0, imm=0):
    return struct.pack("=BBhi", code, src << 4 | dst, off, imm)


def saved_stacks(fd):
    """Yields each stack of a map."""
    key = ctypes.create_string_buffer(4)
    value = ctypes.create_string_buffer(8 * DEPTH)
    before = 0
    while True:
        try:
            bpf(BPF_MAP_GET_NEXT_KEY, struct.pack("=IIQQ", fd, 0, before, ctypes.addressof(key)))
        except FileNotFoundError:
            return
        before = ctypes.addressof(key)
        pointers = (ctypes.addressof(key), ctypes.addressof(value))
        bpf(BPF_MAP_LOOKUP_ELEM, struct.pack("=IIQQ", fd, 0, *pointers))
        yield struct.unpack(f"={DEPTH}Q", value.raw)


def bpf_stacks(event, run_path, case):
    stacks = bpf(BPF_MAP_CREATE, struct.pack("=IIII", BPF_MAP_TYPE_STACK_TRACE, 4, 8 * DEPTH, 64))
    code = (
        insn(0x18, 2, 1, imm=stacks)  # r2 = the map
        + insn(0)
        + insn(0xB7, 3)  # r3 = 0
        + insn(0x85, imm=BPF_FUNC_get_stackid)
        + insn(0xB7, 0)
        + insn(0x95)
    )
    code = ctypes.create_string_buffer(code, len(code))
    gpl = ctypes.create_string_buffer(b"GPL")
    log = ctypes.create_string_buffer(65536)
    program = bpf(
        BPF_PROG_LOAD,
        struct.pack(
            "=IIQQIIQ",
            BPF_PROG_TYPE_KPROBE,
            len(code) // 8,
            ctypes.addressof(code),
            ctypes.addressof(gpl),
            1,
            len(log),
            ctypes.addressof(log),
        ),
    )
    for cpu in range(os.cpu_count()):
        fd = perf_event_open(PERF_TYPE_TRACEPOINT, int(event), 0, 0, cpu, 1)
        # The events of all CPUs have their programs in common.
        if cpu == 0 and LIBC.ioctl(fd, ctypes.c_ulong(IOC_SET_BPF), ctypes.c_long(program)):
            raise OSError(ctypes.get_errno(), "the program cannot be attached")
    run(run_path, case)
    symbols = Symbols()
    for stack in saved_stacks(stacks):
        symbols.show(stack)


COMMANDS = {"ksymbol": ksymbol, "callchain": callchain, "bpf": bpf_stacks}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
