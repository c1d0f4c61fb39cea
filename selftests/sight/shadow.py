# SPDX-License-Identifier: GPL-2.0
"""Holds the files of debugfs against what a test module knows of its own blocks.

usage: shadow.py DIR RESULTS

DIR has the files, RESULTS is what jit_test_shown has printed. Prints a line for
each result, "ok NAME" or "not ok NAME".
"""

import collections
import platform
import sys

GRAIN, CELLS = 32, 128
Block = collections.namedtuple("Block", "address size type pool name")


def result(passed, name, *why):
    if not passed:
        for line in why:
            print(f"# {name}: {line}")
    print("ok" if passed else "not ok", name)


def table(directory, name):
    with open(f"{directory}/{name}", encoding="ascii") as file:
        lines = file.read().splitlines()
    head = lines[0].removeprefix("# ").split()
    rows = [dict(zip(head, line.split(), strict=True)) for line in lines[1:]]
    return rows


def shadow_of(path):
    with open(path, encoding="ascii") as file:
        lines = [line.split()[2:] for line in file if line.startswith("# block ")]
    return sorted(Block(int(a, 16), int(s), t, p, n) for a, s, t, p, n in lines)


def mappings():
    """Areas of vmalloc memory: first address, bytes without the guard page, pages."""
    with open("/proc/vmallocinfo", encoding="ascii", errors="replace") as file:
        for line in file:
            words = line.split()
            start, end = (int(word, 16) for word in words[0].split("-"))
            pages = [int(word.removeprefix("pages=")) for word in words if word.startswith("pages=")]
            if start:
                yield start, end, pages[0] if pages else 0


def check_blocks(directory, shadow):
    rows = table(directory, "blocks")
    shown = [Block(int(row["address"], 16), int(row["size"]), row["type"], row["pool"], row["name"]) for row in rows]
    wrong = sorted(set(shown) ^ set(shadow))
    result(shown == shadow, "every block is shown, with its address, size, type, pool and name, in order", *wrong[:5])
    callers = {(row["module"], row["pool"], row["caller"].split("+")[0]) for row in rows}
    result(callers == {("jit_test_shown", "text", "shown_text"), ("jit_test_shown", "data", "shown_data"),
                       ("jit_test_shown", "text", "test_mix")},
           "and its caller", callers)
    result(all(row["age_ms"] == "-" for row in rows), "nobody watches, so no block has an age")


def check_owners(directory, shadow):
    count, size = collections.Counter(), collections.Counter()
    for block in shadow:
        count[block.type, block.pool] += 1
        size[block.type, block.pool] += block.size
    wanted = {("jit_test_shown", *key, str(count[key]), str(size[key])) for key in count}
    shown = {tuple(row.values()) for row in table(directory, "owners")}
    result(shown == wanted, "the module has what it has allocated", shown ^ wanted)


def check_live(directory, shadow):
    count, size = collections.Counter(), collections.Counter()
    for block in shadow:
        count[block.type] += 1
        size[block.type] += block.size
    shown = {row["type"]: (int(row["allocations"]), int(row["bytes"])) for row in table(directory, "live")}
    result(shown == {ty: (count[ty], size[ty]) for ty in shown}, "the types have it", shown)


def check_histograms(directory, shadow):
    wanted = collections.Counter()
    for block in shadow:
        wanted[block.pool + "_bytes", 1 << block.size.bit_length() - 1] += 1
    rows = table(directory, "histograms")
    shown = {(row["histogram"], int(row["from"])): int(row["count"]) for row in rows
             if row["histogram"] in ("text_bytes", "data_bytes")}
    result(shown == wanted, "the histograms of sizes have it", shown, dict(wanted))
    result(all(int(row["below"]) == 2 * int(row["from"]) for row in rows), "a bucket is of a power of two")
    with open(f"{directory}/stats", encoding="ascii") as file:
        stats = dict(line.split() for line in file)
    for histogram, counter in (("grow_ns", "packs_made"), ("wait_ns", "waits"), ("grace_ns", "grace_periods"),
                               ("reclaim_ns", "grace_periods")):
        counted = sum(int(row["count"]) for row in rows if row["histogram"] == histogram)
        result(counted == int(stats[counter]), f"{histogram} has as many as {counter}", counted, stats[counter])
    names = sum(block.name != "-" for block in shadow)
    result(int(stats["names"]) == names and names, "names are counted", stats["names"], names)
    result(int(stats["caches"]) == 1, "caches are counted", stats["caches"])
    result(0 < int(stats["refills"]) < int(stats["refilled_blocks"]) <= int(stats["allocs"]) * 2,
           "refills are counted, of several blocks", stats)


def digits(grains):
    """The map of a pack, from a bool for each grain."""
    per = max(1, -(-len(grains) // CELLS))
    out = ""
    for at in range(0, len(grains), per):
        part = grains[at:at + per]
        n = sum(part)
        out += "0" if n == 0 else "f" if n == len(part) else f"{1 + n * 14 // len(part):x}"
    return out


def check_packs(directory, shadow):
    rows = table(directory, "packs")
    faults = collections.defaultdict(list)
    # Something looks differently for each thing that is looked for.
    maps, areas, kinds, found = 0, list(mappings()), collections.Counter(), 0
    for row in rows:
        start, length = int(row["address"], 16), int(row["bytes"])
        inside = [block for block in shadow if start <= block.address < start + length]
        is_dedicated = row["kind"] == "dedicated"
        kinds[row["kind"]] += 1
        found += len(inside)
        n = {key: int(row[key]) for key in ("live", "asked_bytes", "live_bytes", "kept_bytes", "free_bytes",
                                            "free_runs", "largest_free")}
        taken = length if is_dedicated else sum(-(-block.size // GRAIN) * GRAIN for block in inside)
        if (n["live"], n["asked_bytes"], n["live_bytes"]) != (
                len(inside), sum(block.size for block in inside), taken if inside else 0):
            faults["live"].append(row)
        if any(block.pool != row["pool"] or block.type not in row["types"].split(",") for block in inside):
            faults["whose"].append(row)
        if n["live_bytes"] + n["kept_bytes"] + n["free_bytes"] > length:
            faults["sum"].append(row)
        if not (n["free_runs"] > 0) == (n["free_bytes"] > 0) or n["largest_free"] > n["free_bytes"] or \
                n["free_runs"] * n["largest_free"] < n["free_bytes"]:
            faults["runs"].append(row)
        grains = [False] * (length // GRAIN)
        for block in inside:
            at = (block.address - start) // GRAIN
            end = len(grains) if is_dedicated else at + -(-block.size // GRAIN)
            grains[at:end] = [True] * (end - at)
        if digits(grains) != row["live_map"]:
            faults["map"].append((digits(grains), row))
        maps += len(set(row["live_map"]))
        if any(live == "f" and free != "0" or free == "f" and live != "0"
               for live, free in zip(row["live_map"], row["free_map"], strict=True)):
            faults["free map"].append(row)
        # The kernel's own list has it: as an area of its own, or as part of a large page of the kernel's.
        own = [area for area in areas if area[0] <= start < area[1]]
        page = 4096
        if len(own) != 1 or start + length > own[0][1] or \
                row["kind"] != "borrowed" and (own[0][0] != start or own[0][2] * page != length):
            faults["area"].append((row, own))
    for fault, name in (("live", "the blocks of a pack are counted, with what was asked for and what they have"),
                        ("whose", "and are of its pool and types"), ("sum", "no byte is counted twice"),
                        ("runs", "free runs, their sum and the largest agree"),
                        ("map", "the map has them where they are"), ("free map", "and nothing free there"),
                        ("area", "every pack is in /proc/vmallocinfo")):
        result(not faults[fault], name, *faults[fault][:2])
    result(found == len(shadow), "every block is in a pack", found)
    # The kernel has large pages of text to lend on x86 only.
    wanted = {"small", "dedicated"} | ({"borrowed"} if platform.machine() == "x86_64" else set())
    result(wanted <= kinds.keys() and kinds["dedicated"] == 1, "there are packs of several kinds", dict(kinds))
    result(maps > 3 * len(rows), "maps have something to show", maps)
    of_cache = [row for row in rows if row["module"] != "-"]
    result(of_cache and all(row["module"] == "jit_test_shown" and row["caller"].startswith("test_mix+")
                            and row["types"] == "kprobes" for row in of_cache), "a cache has its maker", of_cache[:2])


directory, results = sys.argv[1:]
shadow = shadow_of(results)
result(len(shadow) > 1000, "the module has blocks", len(shadow))
check_blocks(directory, shadow)
check_owners(directory, shadow)
check_live(directory, shadow)
check_histograms(directory, shadow)
check_packs(directory, shadow)
