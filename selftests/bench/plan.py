# SPDX-License-Identifier: GPL-2.0
"""What is run, in which boot.

instructions  one processor, -icount: ticks are instructions
cross         the same with two, for frees on another processor
fresh         one processor again, and nothing in the pools before
memory        two processors: bytes that are committed for bytes that live
events        the same boot after probes are set
wall          two processors, ratios of times only
"""

import os

PEERS = ["jitalloc", "prog_pack", "execmem", "vmalloc", "kmalloc"]
# The slots of kprobes take nothing larger than an instruction.
SLOT = "kprobe_slot"
# That of arm64 has two instructions of four bytes.
SLOT_SIZES = (15, 64) if os.environ.get("JITALLOC_ARCH", "x86") == "x86" else ()
# Allocated and written by one call
DUP = "dup"
# Written where it is, before it is text: by us, and by who else does
IN_PLACE = ["in_place", "execmem", "vmalloc"]
IN_PLACE_SIZES = [4096, 65536]
# Blocks that are written at once
BATCH = 64
WRITES = [64, 256, 1024]
FRESH = [64, 256, 1024, 4096]
SIZES = [15, 64, 124, 256, 1024, 4096]
TABLES = ["fleet", "agents", "bcc"]
MODELS = ["random", "bimodal", "fifo"]
# Blocks that come and go: at a pace, the same with 1000, and without a pause
CHURN, CHURN_1000, CHURN_TIGHT = "churn", "churn-1000", "churn-tight"
MIXED = 5


class Plan:
    """The steps of one boot."""

    def __init__(self, name, quick, cpus, icount, mem="2G"):
        self.name = name
        self.quick = quick
        self.cpus = cpus
        self.icount = icount
        self.mem = mem
        self.steps = []

    def add(self, key, sizes=None, **args):
        words = " ".join(f"{k}={v}" for k, v in args.items())
        self.steps.append({"id": key, "run": words, "sizes": sizes})


def turns(peers, rounds):
    """The peers in turn, then backwards, and so on."""
    for r in range(rounds):
        yield from peers if r % 2 == 0 else reversed(peers)


def instructions(quick, first=True):
    plan = Plan("instructions", quick, 1, True)
    # 1.5 MiB of 256 bytes: less than what waits for one grace period, or is kept when it is over.
    n, budget = (1000, 40) if quick else (6000, 400)
    plan.add("calibrate", workload="calibrate", ms=20000)
    for size in SIZES:
        peers = PEERS + ([SLOT] if size == 15 and size in SLOT_SIZES else []) + [DUP, "null"]
        for peer in turns(peers, 2):
            plan.add(f"size/{size}/{peer}", workload="cycle", peer=peer, size=size, n=n, budget=budget)
    for size in IN_PLACE_SIZES:
        for peer in turns([*IN_PLACE, "null"], 2):
            plan.add(f"in-place/{size}/{peer}", workload="cycle", peer=peer, size=size, n=n // 20, budget=budget)
    for size in WRITES:
        for peer in ["jitalloc", "prog_pack"]:
            plan.add(f"writes/{size}/{peer}", workload="writes", peer=peer, size=size, live=BATCH, n=50 if quick else 300)
    levels = [1, 1000, 4000] if quick else [1, 1000, 4000, 10000, 33000, 100000, 1000000]
    for peer in ["jitalloc", "prog_pack", "execmem", "kmalloc", "null"] if first else []:
        plan.add(f"live/{peer}", workload="live", peer=peer, size=64, n=200, live=levels[-1],
                 levels=",".join(map(str, levels)), budget=30 if quick else 500)
    for table in TABLES:
        for peer in PEERS + ["null"]:
            plan.add(f"table/{table}/{peer}", sizes=table, workload="cycle", peer=peer, size=0, n=n // 2,
                     live=100 if quick else 1000, budget=budget if quick else 3 * budget)
    for peer in PEERS:
        plan.add(f"restart/{peer}", sizes="agents", workload="burst", peer=peer, size=0, live=300)
    for peer in ["jitalloc", "execmem", "null"]:
        plan.add(f"mixed/{peer}", sizes="fleet", workload="cycle", peer=peer, size=0, type=MIXED, n=n // 2,
                 live=100 if quick else 1000, budget=budget if quick else 3 * budget)
    return plan


def cross(quick):
    plan = Plan("cross", quick, 2, True)
    plan.add("calibrate", workload="calibrate", ms=20000)
    for peer in ["jitalloc", "prog_pack", "kmalloc"]:
        for cpu in (0, 1):
            plan.add(f"cross/{peer}/{cpu}", workload="cross", peer=peer, cpu=cpu, size=256,
                     n=512 if quick else 2048)
    return plan


def fresh(quick):
    """From nothing, with what a caller waits for."""
    plan = Plan("fresh", quick, 1, True)
    plan.add("calibrate", workload="calibrate", ms=20000)
    for size in FRESH:
        for peer in ["prog_pack", "jitalloc"]:
            plan.add(f"fresh/{size}/{peer}", workload="fresh", peer=peer, size=size, n=30000)
    return plan


def events(quick):
    """Memory first, for probes make everything slow."""
    plan = Plan("events", quick, 2, False)
    live, lives, pace = (1000, 5, 10) if quick else (10000, 10, 5)
    budget = 30000 if quick else 200000
    for peer in ["jitalloc", "prog_pack", "execmem"]:
        for few in (40, 160):
            for seed in (1, 2, 3):
                plan.add(f"few/{few}/{peer}/{seed}", sizes="fleet", workload="churn", peer=peer, size=0,
                         live=few, n=1, seed=seed)
        for model in MODELS:
            plan.add(f"{CHURN}/{model}/{peer}", sizes="fleet", workload="churn", peer=peer, size=0, live=live,
                     n=live * lives, model=model, pace=pace, budget=budget)
            if not quick and peer != "execmem":
                plan.add(f"{CHURN_1000}/{model}/{peer}", sizes="fleet", workload="churn", peer=peer, size=0, live=1000,
                         n=1000 * lives, model=model, pace=pace)
        if peer != "execmem":
            plan.add(f"{CHURN_TIGHT}/random/{peer}", sizes="fleet", workload="churn", peer=peer, size=0, live=live,
                     n=live * lives, model="random", budget=budget)
        for table in ("agents", "bcc"):
            # so many that small ones fill more than one pack
            plan.add(f"fill/{table}/{peer}", sizes=table, workload="churn", peer=peer, size=0,
                     live=max(live, 6000) if table == "bcc" else live, n=1)
        plan.add(f"hostile/{peer}", workload="hostile", peer=peer, n=64)
    plan.add("probes", workload="events")
    # How much happens anyway
    plan.add("idle", workload="idle", ms=1000)
    for size in (64, 256, 4096):
        for peer in PEERS + ([SLOT] if size == 64 and size in SLOT_SIZES else []):
            plan.add(f"events/{size}/{peer}", workload="cycle", peer=peer, size=size, n=200 if quick else 1000)
    for size in IN_PLACE_SIZES:
        for peer in IN_PLACE:
            plan.add(f"in-place-events/{size}/{peer}", workload="cycle", peer=peer, size=size, n=100 if quick else 500)
    for peer in PEERS:
        plan.add(f"restart-events/{peer}", sizes="agents", workload="burst", peer=peer, size=0, live=300)
    return plan


def wall(quick):
    plan = Plan("wall", quick, 2, False)
    plan.add("calibrate", workload="calibrate", ms=1000)
    rounds = 4 if quick else 10
    for size in (64, 256, 1024, 4096):
        for peer in turns(PEERS, rounds):
            plan.add(f"wall/{size}/{peer}", workload="cycle", peer=peer, size=size, n=500, budget=100)
    for peer in ["jitalloc", "prog_pack", "kmalloc"]:
        for threads in turns((1, 2), 2 * rounds if quick else 20):
            plan.add(f"threads/{threads}/{peer}", workload="threads", peer=peer, threads=threads, size=256,
                     ms=50 if quick else 200)
    for peer in ["jitalloc", "prog_pack", "execmem", "vmalloc"]:
        plan.add(f"exec/{peer}", workload="exec", peer=peer, size=256, ms=100 if quick else 500)
    return plan


def plans(quick):
    """All boots: two sequences that may run at the same time, and what must run alone."""
    again = [] if quick else [instructions(quick, False), instructions(quick, False)]
    return [instructions(quick), *again], [events(quick), cross(quick), fresh(quick)], [wall(quick)]
