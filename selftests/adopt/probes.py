# SPDX-License-Identifier: GPL-2.0
"""Kprobes in the middle of many functions: prints what became of each.

usage: probes.py NUMBER [--plain]

They are events of the function tracer's, at the first instruction behind the place
where ftrace calls, so that a breakpoint, or a jump if the kernel can optimise
it, has to stand for an instruction. Whether an address is that of one is for the
kernel to say. All are enabled at once, then there is some work. A line for each
function: its name and offset, and whether it was optimised; hits on stderr.
"""

import os
import re
import subprocess
import sys
import tempfile
import time

TRACING = "/sys/kernel/tracing"
EVENTS = f"{TRACING}/kprobe_events"
# Not on every architecture
OPTIMIZATION = "/proc/sys/debug/kprobes-optimization"


def write(path, text, flags=os.O_TRUNC):
    file = os.open(path, os.O_WRONLY | os.O_CREAT | flags)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)


def functions():
    with open(f"{TRACING}/available_filter_functions", encoding="ascii") as file:
        # Modules', and those that the compiler has split, are left out.
        return [line.strip() for line in file if " " not in line.strip() and "." not in line]


def place(number, name):
    """An event behind the place where ftrace calls; the offset, or None if there is none."""
    for offset in range(9, 24):
        try:
            write(EVENTS, f"p:judge/p{number} {name}+{offset}\n", os.O_APPEND)
            return offset
        except OSError:
            continue
    return None


def work():
    with tempfile.TemporaryDirectory() as directory:
        for number in range(50):
            write(f"{directory}/{number}", f"{number}\n" * 100)
        subprocess.run("cat * | sort -R | sort -n | gzip >all; ls -lR /proc/self /sys/kernel/mm >/dev/null; sync",
                       shell=True, check=False, cwd=directory, stderr=subprocess.DEVNULL)
        with open(f"{directory}/all", "rb") as file:
            os.fsync(file.fileno())


def optimised():
    with open("/sys/kernel/debug/kprobes/list", encoding="ascii") as file:
        return {(m.group(1), int(m.group(2), 16)) for m in
                re.finditer(r"(\w+)\+(0x[0-9a-f]+) .*\[OPTIMIZED\]", file.read())}


def main():
    wanted = int(sys.argv[1])
    if os.path.exists(OPTIMIZATION):
        write(OPTIMIZATION, "0" if "--plain" in sys.argv else "1")
    names = functions()
    placed = {}
    for at in range(0, len(names), max(1, len(names) // (wanted * 2))):
        offset = place(len(placed), names[at])
        if offset is not None:
            placed[names[at]] = offset
        if len(placed) == wanted:
            break
    write(f"{TRACING}/events/judge/enable", "1")
    # The kernel optimises in the background.
    before, fast = None, optimised()
    while fast != before:
        time.sleep(1)
        before, fast = fast, optimised()
    work()
    with open(f"{TRACING}/kprobe_profile", encoding="ascii") as file:
        hits = [int(line.split()[1]) for line in file]
    write(f"{TRACING}/events/judge/enable", "0")
    for number in range(len(placed)):
        write(EVENTS, f"-:judge/p{number}\n", os.O_APPEND)
    for name, offset in placed.items():
        print(f"{name}+{offset}", "optimised" if (name, offset) in fast else "plain")
    print(f"{len(placed)} probes, {len(fast)} optimised, {sum(h > 0 for h in hits)} of them hit, {sum(hits)} hits",
          file=sys.stderr)


main()
