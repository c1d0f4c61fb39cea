# SPDX-License-Identifier: GPL-2.0
"""The tables, and the files that hold what was measured."""

import json
import os

import must
import picture
from numbers_of import Numbers, peers_of
from plan import (CHURN, CHURN_1000, CHURN_TIGHT, DUP, IN_PLACE, IN_PLACE_SIZES, MODELS, PEERS, SIZES, SLOT, TABLES,
                  WRITES)

CAVEAT = """\
Everything here comes from an emulator. Instructions and events are counted
exactly, and hold for hardware as counts. Times do not: an emulator has no caches
and no TLB of the kind, makes TLB flushes and switches of address spaces dear,
and a write next to code throws translated code away. No claim is made about
nanoseconds, about cache or TLB misses, or about how many processors scale.
A copied byte counts as one instruction here, and as much less on hardware, so
tables tell bytes apart where it matters."""


def number(value):
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2f}"


def table(title, heads, rows, note=None):
    cells = [[str(h) for h in heads]] + [[number(c) for c in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    print(f"\n{title}\n")
    for i, row in enumerate(cells):
        print("  " + "  ".join(c.ljust(w) if j == 0 else c.rjust(w)
                               for j, (c, w) in enumerate(zip(row, widths))).rstrip())
        if not i:
            print("  " + "  ".join("-" * w for w in widths))
    if note:
        print(f"\n  {note}")


def print_instructions(num):
    table("Instructions of one alloc + write + free, and of what others do for it",
          ["bytes", *PEERS, SLOT, DUP],
          [[str(s), *[num.cycle(s, p) for p in PEERS], num.cycle(s, SLOT) if SLOT in peers_of(s) else None,
            num.cycle(s, DUP)]
           for s in SIZES])
    table("Written in place: instructions of one alloc + write + free, and of what others do for it",
          ["bytes", *IN_PLACE], [[str(s), *[num.in_place(s, p) for p in IN_PLACE]] for s in IN_PLACE_SIZES])
    table("Instructions of the write of one block of many",
          ["bytes", "jitalloc", "jitalloc, all at once", "the kernel's poke"],
          [[str(s), num.write(s, "jitalloc", "each"), num.write(s, "jitalloc", "at_once"),
            num.write(s, "prog_pack", "each")] for s in WRITES])
    table("Where they go, at 256 bytes",
          ["", "alloc", "write", "free", "others", "together", "fixed", "per byte", "p10", "p90", "n"],
          [[p, *num.parts(256, p), num.cycle(256, p), *num.fit(p),
            *[num.one(f"size/256/{p}", k) for k in ("cycle.p10", "cycle.p90", "n")]] for p in PEERS],
          "means. others: workers and grace periods, for each cycle. fixed, per byte: a line through\n"
          "  the sizes to 256. p10, p90: of alloc + write + free.")
    table("Instructions of one allocation of 64 bytes, by how many are live",
          ["live", "jitalloc", "prog_pack", "execmem", "kmalloc"],
          [[f"{lv:,}", *[num.live(p, lv) for p in ("jitalloc", "prog_pack", "execmem", "kmalloc")]]
           for lv in num.levels()],
          "; ".join(f"{p} went to {num.one(f'live/{p}', 'reached'):,.0f}"
                    for p in ("jitalloc", "prog_pack", "execmem", "kmalloc")
                    if num.one(f"live/{p}", "reached") is not None))
    table("Mean instructions of one replacement, by distribution of sizes", ["sizes", *PEERS],
          [[t, *[num.table(t, p) for p in PEERS]] for t in TABLES])
    table("300 programs of the agents' sizes come and go: instructions for each", ["", *PEERS],
          [[what, *[num.one(f"restart/{p}", what) for p in PEERS]] for what in ("load", "unload")])
    peers = ("jitalloc", "execmem")
    table("Mixed types, fleet sizes: mean instructions", ["", *peers],
          [[part, *[num.one(f"mixed/{p}", f"{part}.mean") for p in peers]] for part in ("alloc", "write", "free")] +
          [["others", *[num.share(f"mixed/{p}") for p in peers]]])
    peers = ("jitalloc", "prog_pack", "kmalloc")
    table("Instructions of a free, here and on another processor", ["", "here", "there", "ratio"],
          [[p, *num.cross(p)] for p in peers])


def print_memory(num):
    peers = ("jitalloc", "prog_pack", "execmem")
    rows = [[f"{n} fleet objects", *[num.few(n, p) for p in peers]] for n in (40, 160)]
    runs = [(CHURN, m, f"churn, {m}") for m in MODELS]
    runs += [(CHURN_1000, m, f"churn of 1000, {m}") for m in MODELS if num.churned(m, peers[0], run=CHURN_1000)]
    runs.append((CHURN_TIGHT, "random", "churn without a pause, random"))
    for run, model, what in runs:
        rows += [[f"{what}, {when}", *[num.churned(model, p, key, run) for p in peers]]
                 for when, key in (("at the end", "last"), ("all frees done", "drained"))]
    table("Bytes committed for each live byte", ["", *peers], rows)
    table("What waits at the end of a churn, % of what lives", ["", *peers],
          [[what, *[num.waiting(model, p, run) for p in peers]] for run, model, what in runs])
    table("Utilisation before the last growth, %", ["sizes", *peers],
          [[t, *[num.utilisation(t, p) for p in peers]] for t in TABLES])
    rows = [["64 KiB served without growth, small ones gone", *[num.one(f"hostile/{p}", "fit_bytes") for p in peers]],
            ["growth when large ones return", *[num.one(f"hostile/{p}", "again_grown") for p in peers]]]
    table("64 B and 64 KiB in turn: bytes", ["", *peers], rows)


def print_events(num):
    names = [
        ("broadcasts", "smp_call_function_many_cond"), ("of them flush_tlb_all", "flush_tlb_all"),
        ("of them flush_tlb_kernel_range", "flush_tlb_kernel_range"),
        ("of them sync_core", "smp_text_poke_sync_each_cpu"),
        ("permission changes", "change_page_attr_set_clr"),
        ("direct map made invalid", "set_direct_map_invalid_noflush"),
        ("direct map made valid", "set_direct_map_default_noflush"),
        ("attempts to collapse", "collapse_large_pages"), ("vm_unmap_aliases", "vm_unmap_aliases"),
        ("pokes of text", "__text_poke"), ("temporary address spaces", "use_temporary_mm"),
        ("local TLB flushes", "flush_tlb_mm_range"), ("vmalloc ranges made", "__vmalloc_node_range_noprof"),
        ("vfree", "vfree"),
    ]
    rows = [[what, *[num.event(256, p, name) for p in PEERS]] for what, name in names]
    rows.append(["function call interrupts", *[num.moved(256, p, "cal") for p in PEERS]])
    for kind in ("splits", "collapses"):
        rows.append([f"direct map 2 MiB {kind}", *[num.moved(256, p, f"direct_map_level2_{kind}") for p in PEERS]])
    table("Events for each alloc + write + free of 256 bytes, two processors", ["", *PEERS], rows)
    for size in IN_PLACE_SIZES:
        table(f"Written in place: events for each alloc + write + free of {size} bytes", ["", *IN_PLACE],
              [[what, *[num.event_of(f"in-place-events/{size}/{p}", name) for p in IN_PLACE]] for what, name in names])
    rows = [[what, *[num.event_of(f"restart-events/{p}", name) for p in PEERS]]
            for what, name in names if "direct map" not in what and "of them" not in what]
    table("Events for each of 300 programs of the agents' sizes that come and go, growth included",
          ["", *PEERS], rows)


def spread(values, base):
    if not values or not base:
        return "-"
    ratios = sorted(v / base for v in values)
    return f"{ratios[len(ratios) // 2]:.2f} ({ratios[len(ratios) // 10]:.2f}..{ratios[len(ratios) * 9 // 10]:.2f})"


def print_wall(num):
    rows = []
    for size in (64, 256, 1024, 4096):
        peer = sorted(num.wall(size, "prog_pack"))
        base = peer[len(peer) // 2] if peer else None
        rows.append([str(size), *[spread(num.wall(size, p), base) for p in PEERS]])
    table("Time of one cycle for its caller, of prog_pack's median, same boot: median (p10..p90)",
          ["bytes", *PEERS], rows, f"{len(num.wall(256, 'jitalloc'))} rounds, emulated, two processors")
    rows = []
    for p in ("jitalloc", "prog_pack", "kmalloc"):
        rows.append([p, spread(num.threads(p), 1.0), str(len(num.threads(p)))])
    table("Two independent threads, of one: median (p10..p90)", ["", "ratio", "rounds"], rows)
    rows = []
    for p in ("jitalloc", "prog_pack", "execmem", "vmalloc"):
        quiet = must.divide(num.one(f"exec/{p}", "quiet.calls"), num.one(f"exec/{p}", "quiet.ns"))
        writing = must.divide(num.one(f"exec/{p}", "writing.calls"), num.one(f"exec/{p}", "writing.ns"))
        rows.append([p, must.divide(writing, quiet), num.one(f"exec/{p}", "wrong")])
    table("Calls of code while another processor allocates, writes and frees, of calls while it does nothing",
          ["", "ratio", "wrong results"], rows)


def print_must(rows):
    cells = [["", "must", "aim", "measured", "prog_pack", ""]]
    cells += [[w, m, a, o, p, "met" if met else "NOT MET"] for w, m, a, o, p, met in rows]
    table("What must be reached", cells[0], cells[1:])
    print(f"\n  {sum(1 for r in rows if r[5])} of {len(rows)} met")


def write(results, where):
    """Print the tables and write bench.json and bench.svg."""
    num = Numbers(results)
    facts = results["facts"]
    rows = must.rows(num)
    results["must"] = [dict(zip(("what", "must", "aim", "measured", "prog_pack", "met"), r)) for r in rows]
    with open(os.path.join(where, "bench.json"), "w", encoding="utf-8") as f:
        json.dump(results, f, indent=1, sort_keys=True)
    with open(os.path.join(where, "bench.svg"), "w", encoding="utf-8") as f:
        f.write(picture.draw(num))
    with open(os.path.join(where, "in_place.svg"), "w", encoding="utf-8") as f:
        f.write(picture.draw_in_place(num))

    print(f"Linux {facts['kernel']}, {facts['qemu']}, host with {facts['host_cpus']} processors"
          f"{', QUICK' if facts['quick'] else ''}")
    for name, state in sorted(facts["mitigations"].items()):
        print(f"  {name}: {state}")
    print_instructions(num)
    print_events(num)
    print_memory(num)
    print_wall(num)
    print_must(rows)
    print(f"\n{CAVEAT}\n\nbuild/bench.json has all numbers, build/bench.svg the picture")
