# SPDX-License-Identifier: GPL-2.0
"""In the virtual machine: do the steps of a plan.

    guest.py PLAN

For each step one line of JSON is printed: its id, what the module found, and
how much the counters of the kernel have moved.
"""

import array
import json
import os
import re
import subprocess
import sys

import sizes

DEBUGFS = "/sys/kernel/debug"
VMSTAT = re.compile(r"^(direct_map_level[23]_(?:splits|collapses)) (\d+)$", re.M)


def read(path):
    with open(path, encoding="ascii", errors="replace") as f:
        return f.read()


def counters():
    """Function call interrupts of all processors, and changes of the direct map."""
    found = {name: int(value) for name, value in VMSTAT.findall(read("/proc/vmstat"))}
    for line in read("/proc/interrupts").splitlines():
        words = line.split()
        if words and words[0] == "CAL:":
            found["cal"] = sum(int(w) for w in words[1:] if w.isdigit())
    return found


def run(step):
    """Does a step; its results by name."""
    out = {"id": step["id"]}
    if step.get("sizes"):
        with open(f"{DEBUGFS}/jit_bench/sizes", "wb", buffering=0) as f:
            f.write(array.array("I", sizes.table(step["sizes"])).tobytes())
    words = step["run"]
    before = counters()
    try:
        with open(f"{DEBUGFS}/jit_bench/run", "wb", buffering=0) as f:
            f.write(words.encode())
    except OSError as e:
        out["error"] = e.strerror
    after = counters()
    found = {}
    for line in read(f"{DEBUGFS}/jit_bench/results").splitlines():
        name, _, value = line.partition(" ")
        found[name] = int(value) if re.fullmatch(r"-?\d+", value) else value
    out["found"] = found
    out["moved"] = {k: after[k] - before[k] for k in after}
    return out


def main(path):
    with open(path, encoding="utf-8") as f:
        steps = json.load(f)
    for name in ("jitalloc", "jit_bench"):
        subprocess.run(["insmod", os.path.join(os.path.dirname(os.path.dirname(path)), name + ".ko")], check=True)
    for step in steps:
        print(json.dumps(run(step)), flush=True)
    machine = {
        "id": "machine",
        "cmdline": read("/proc/cmdline").strip(),
        "mitigations": {
            name: read(f"/sys/devices/system/cpu/vulnerabilities/{name}").strip()
            for name in ("spectre_v2", "meltdown", "retbleed", "indirect_target_selection")
            if os.path.exists(f"/sys/devices/system/cpu/vulnerabilities/{name}")
        },
    }
    print(json.dumps(machine), flush=True)
    subprocess.run(["rmmod", "jit_bench"], check=True)
    subprocess.run(["rmmod", "jitalloc"], check=True)


if __name__ == "__main__":
    main(sys.argv[1])
