# SPDX-License-Identifier: GPL-2.0
"""Loads and unloads modules of the kernel, each with what it needs: prints what came of it.

usage: modules.py NUMBER

NUMBER of them, spread over all that there are, or all with 0. Those that are loaded already
stay, and those are left out that are made to disturb a machine, or to test it for minutes.
A line for each: its name, whether it could be loaded and unloaded, and whether all that has
come with it is gone.
"""

import os
import re
import subprocess
import sys

NOT_THESE = re.compile(r"torture|test|kunit|refscale|rcuscale|_dbg$|dump|crash|watchdog|wdt|softdog|hangcheck"
                       r"|mtdoops|zram|sysimgblt|jit_")


def loaded():
    with open("/proc/modules", encoding="ascii") as file:
        return {line.split()[0] for line in file}


def names():
    top = f"/lib/modules/{os.uname().release}/kernel"
    for path, directories, files in os.walk(top):
        directories.sort()
        for name in sorted(files):
            name = re.sub(r"\.ko(\.\w+)?$", "", name).replace("-", "_")
            if not NOT_THESE.search(name):
                yield name


def done(*command):
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
                              check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def main():
    number = int(sys.argv[1])
    before = loaded()
    every = [name for name in names() if name not in before]
    if number:
        every = every[:: max(1, len(every) // number)][:number]
    for name in every:
        was = loaded()
        result = "loads" if done("modprobe", name) else "refused"
        if result == "loads":
            result += " unloads" if done("modprobe", "-r", name) else " stays"
        # What it has needed, and what has been asked for on its behalf
        for _ in range(8):
            left = loaded() - was
            if not left or not any([done("rmmod", other) for other in sorted(left)]):
                break
        print(name, result, *sorted(loaded() - was), flush=True)
    print("left:", *sorted(loaded() - before))


main()
