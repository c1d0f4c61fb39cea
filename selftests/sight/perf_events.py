# SPDX-License-Identifier: GPL-2.0
"""Uses tracepoints as perf and bpftrace do: perf_event_open(2), and a BPF program.

usage: perf_events.py EVENTS RUN RESULTS

EVENTS is the directory of the tracepoints in tracefs; "calls", written to RUN, makes
calls that RESULTS counts. Prints a line for each result, "ok NAME" or "not ok NAME".
"""

import ctypes
import errno
import fcntl
import os
import re
import struct
import sys

# perf_event_open, bpf
NUMBERS = {"x86_64": (298, 321), "aarch64": (241, 280), "armv7l": (364, 386), "armv8l": (364, 386)}
PERF_TYPE_TRACEPOINT, ATTR_SIZE, EVERYBODY = 2, 128, -1
IOC_ENABLE, IOC_SET_BPF, IOC_SET_FILTER = 0x2400, 0x40042408, 0x40002406 | struct.calcsize("P") << 16
MAP_CREATE, MAP_LOOKUP, PROG_LOAD = 0, 1, 5
MAP_TYPE_ARRAY, PROG_TYPE_TRACEPOINT = 2, 5

events, run, results = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)
nr_perf, nr_bpf = NUMBERS[os.uname().machine]


def result(passed, name, *why):
    if not passed:
        print("#", name, *why)
    print("ok" if passed else "not ok", name)


def syscall(number, *args):
    got = libc.syscall(number, *(ctypes.c_long(a) if isinstance(a, int) else a for a in args))
    if got < 0:
        err = ctypes.get_errno()
        raise OSError(err, f"system call {number}: {errno.errorcode.get(err, err)}")
    return got


def bpf(command, attr):
    buf = ctypes.create_string_buffer(attr, len(attr))
    return syscall(nr_bpf, command, ctypes.byref(buf), len(attr))


def number_of(event):
    with open(f"{events}/{event}/id", encoding="ascii") as file:
        return int(file.read())


def field(event, name):
    """Where in an event a field is, and how many bytes it has."""
    with open(f"{events}/{event}/format", encoding="ascii") as file:
        found = re.search(rf"\b{name};\toffset:(\d+);\tsize:(\d+);", file.read())
    return int(found.group(1)), int(found.group(2))


def count(event, *, task, cpu, filter=None):
    attr = struct.pack("<IIQ", PERF_TYPE_TRACEPOINT, ATTR_SIZE, number_of(event)).ljust(ATTR_SIZE, b"\0")
    buf = ctypes.create_string_buffer(attr, ATTR_SIZE)
    fd = syscall(nr_perf, ctypes.byref(buf), task, cpu, -1, 0)
    if filter:
        fcntl.ioctl(fd, IOC_SET_FILTER, filter.encode() + b"\0")
    return fd


def counted(fd):
    return struct.unpack("<Q", os.read(fd, 8))[0]


def make_calls():
    with open(run, "w", encoding="ascii") as file:
        file.write("calls")
    with open(results, encoding="ascii") as file:
        return {name: int(value) for name, value in re.findall(r"# figure: sight_(\w+)=(\d+)", file.read())}


def insn(op, dst=0, src=0, off=0, imm=0):
    return struct.pack("<BBhi", op, src << 4 | dst, off, imm)


def summing(array, event, name):
    """A program that adds up a field of an event."""
    offset, size = field(event, name)
    load = {4: 0x61, 8: 0x79}[size]
    return b"".join((
        insn(load, 6, 1, offset),                               # r6 = ctx->FIELD
        insn(0x62, 10, 0, -4, 0),                               # key = 0
        insn(0xbf, 2, 10), insn(0x07, 2, imm=-4),               # r2 = &key
        insn(0x18, 1, 1, imm=array), insn(0),                   # r1 = array
        insn(0x85, imm=1),                                      # r0 = bpf_map_lookup_elem()
        insn(0x15, 0, off=1),                                   # if (r0)
        insn(0xdb, 0, 6, 0, 0),                                 #   lock *r0 += r6
        insn(0xb7, 0), insn(0x95)))                             # return 0


def load(code):
    log, text, licence = ctypes.create_string_buffer(65536), ctypes.create_string_buffer(code), b"GPL\0"
    licence = ctypes.create_string_buffer(licence)
    attr = struct.pack("<IIQQIIQ", PROG_TYPE_TRACEPOINT, len(code) // 8, ctypes.addressof(text),
                       ctypes.addressof(licence), 1, len(log), ctypes.addressof(log))
    try:
        return bpf(PROG_LOAD, attr)
    except OSError as err:
        print("#", err, log.value.decode("ascii", "replace").replace("\n", "\n# "))
        raise


# As perf stat does: what this task does, on any CPU
fds = {event: count(event, task=0, cpu=-1) for event in ("jit_alloc", "jit_free", "jit_update")}
of_data = count("jit_alloc", task=0, cpu=-1, filter="is_text == 0")
# As perf stat -a does: what everybody does, on each CPU
everywhere = [count("jit_grow", task=EVERYBODY, cpu=cpu) for cpu in sorted(os.sched_getaffinity(0))]
figures = make_calls()
for event, figure in (("jit_alloc", "allocs"), ("jit_free", "frees"), ("jit_update", "updates")):
    result(counted(fds[event]) == figures[figure] > 0, f"perf counts each {event}", counted(fds[event]), figures)
result(counted(of_data) == figures["allocs"] // 3, "with a filter, a part of them", counted(of_data), figures)
result(sum(map(counted, everywhere)) > 0, "and what happens on any CPU")
for fd in [*fds.values(), of_data, *everywhere]:
    os.close(fd)

# As bpftrace does
array = bpf(MAP_CREATE, struct.pack("<IIIII", MAP_TYPE_ARRAY, 4, 8, 1, 0))
program = load(summing(array, "jit_alloc", "size"))
event = count("jit_alloc", task=EVERYBODY, cpu=0)
fcntl.ioctl(event, IOC_SET_BPF, program)
fcntl.ioctl(event, IOC_ENABLE, 0)
figures = make_calls()
key, value = ctypes.create_string_buffer(4), ctypes.create_string_buffer(8)
bpf(MAP_LOOKUP, struct.pack("<IIQQQ", array, 0, ctypes.addressof(key), ctypes.addressof(value), 0))
added = struct.unpack("<Q", value.raw)[0]
wanted = (figures["allocs"] - 1) * 100 + (8 << 20)
result(added == wanted, "a BPF program on jit_alloc adds up all sizes", added, wanted)
os.close(event)
make_calls()
bpf(MAP_LOOKUP, struct.pack("<IIQQQ", array, 0, ctypes.addressof(key), ctypes.addressof(value), 0))
result(struct.unpack("<Q", value.raw)[0] == added, "and no more once it is detached")
