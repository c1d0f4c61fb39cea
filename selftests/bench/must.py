# SPDX-License-Identifier: GPL-2.0
"""What the project has set itself: every row with what was measured."""

from plan import BATCH, CHURN, CHURN_1000, DUP, FRESH, MODELS, TABLES

OURS, PEER = "jitalloc", "prog_pack"


def known(value, form):
    return "not measured" if value is None else form % value


def at_most(value, limit):
    return value is not None and value <= limit


def at_least(value, limit):
    return value is not None and value >= limit


def divide(a, b):
    return None if a is None or not b else a / b


def rows(num):
    """(what, must, aim, measured, peer, whether the must is met) of each row."""
    out = []

    def add(what, must, aim, ours, peer, met):
        out.append((what, must, aim, ours, peer, met))

    for what, names in [
        ("broadcasts", ["smp_call_function_many_cond"]),
        ("permission changes", ["change_page_attr_set_clr", "set_direct_map_invalid_noflush",
                                "set_direct_map_default_noflush", "set_direct_map_valid_noflush"]),
    ]:
        found = {}
        for peer in (OURS, PEER):
            values = [num.event(256, peer, n) for n in names]
            values = [v for v in values if v is not None]
            found[peer] = sum(values) if values else None
        add(f"{what} per alloc+write+free", "0", "0", known(found[OURS], "%.2f"), known(found[PEER], "%.2f"),
            at_most(found[OURS], 0.005))
    split = {}
    for peer in (OURS, PEER):
        values = [num.moved(256, peer, f"direct_map_level{level}_{kind}")
                  for level in (2, 3) for kind in ("splits", "collapses")]
        values.append(num.event(256, peer, "collapse_large_pages"))
        split[peer] = None if None in values else sum(values)
    add("splits and collapses, tried or done", "0", "0", known(split[OURS], "%.2f"), known(split[PEER], "%.2f"),
        at_most(split[OURS], 0.005))

    ours, peer = num.bytes_apart(256, OURS), num.bytes_apart(256, PEER)
    quotient = divide(ours, peer)
    add("instructions, 256 B cycle, bytes apart, of prog_pack's", "1/4", "1/8",
        known(ours, "%.0f") + known(quotient, " = %.2fx"), known(peer, "%.0f"), at_most(quotient, 0.25))

    ours, peer = num.calls_bytes_apart(256, DUP), num.calls_bytes_apart(256, PEER)
    quotient = divide(ours, peer)
    add("instructions, calls only, 256 B dup and free, bytes apart, of prog_pack's", "1/5", "1/8",
        known(ours, "%.0f") + known(quotient, " = %.2fx"), known(peer, "%.0f"), at_most(quotient, 0.2))

    ours, peer = num.write_bytes_apart(OURS, "at_once"), num.write_bytes_apart(PEER, "each")
    quotient = divide(ours, peer)
    add(f"instructions, write of {BATCH} blocks at once, per block, bytes apart, of the kernel's poke", "1/10", "1/20",
        known(ours, "%.0f") + known(quotient, " = %.2fx"), known(peer, "%.0f"), at_most(quotient, 0.1))

    for size in FRESH:
        ours, peer = num.one(f"fresh/{size}/{OURS}", "elapsed"), num.one(f"fresh/{size}/{PEER}", "elapsed")
        quotient = divide(ours, peer)
        add(f"tight loop from nothing, {size} B, with waits, of prog_pack's", "1x", "1/3",
            known(ours, "%.0f") + known(quotient, " = %.2fx"), known(peer, "%.0f"), at_most(quotient, 1))

    restart = {p: None if None in (parts := [num.one(f"restart/{p}", part) for part in ("load", "unload")])
               else sum(parts) for p in (OURS, PEER)}
    quotient = divide(restart[OURS], restart[PEER])
    add("restart, growth included, of prog_pack's", "1x", "1/2",
        known(restart[OURS], "%.0f") + known(quotient, " = %.2fx"), known(restart[PEER], "%.0f"), at_most(quotient, 1))

    ours, peer = num.cycle(4096, OURS), num.cycle(4096, PEER)
    quotient = divide(ours, peer)
    add("instructions, 4096 B cycle with all behind it, of prog_pack's", "0.6", "0.4",
        known(ours, "%.0f") + known(quotient, " = %.2fx"), known(peer, "%.0f"), at_most(quotient, 0.6))

    pair = {}
    for p in (OURS, PEER, "kmalloc"):
        alloc, _, free, share = num.parts(256, p)
        pair[p] = None if alloc is None else alloc + free
    quotient = divide(pair[OURS], pair["kmalloc"])
    add("alloc + free, 256 B, of kmalloc + kfree", "3x", "1.5x", known(quotient, "%.1fx"),
        known(divide(pair[PEER], pair["kmalloc"]), "%.1fx"), at_most(quotient, 3))

    level = max([lv for lv in num.levels() if num.live(OURS, lv) is not None], default=None)
    for part in ("alloc", "free"):
        grown = {p: divide(num.live(p, level, f"{part}.p50"), num.live(p, 1000, f"{part}.p50"))
                 for p in (OURS, PEER)} if level else {OURS: None, PEER: None}
        add(f"{part} with 1,000,000 live, of that with 1,000", "1.25x", "1.05x",
            known(grown[OURS], "%.2fx") + (f" at {level:,}" if level else ""), known(grown[PEER], "%.2fx"),
            at_most(grown[OURS], 1.25) and level == 1000000)

    for name, must, aim in (("fleet", 98, "99.5"), ("agents", 99, "99.8"), ("bcc", 90, "98")):
        value = num.utilisation(name, OURS)
        add(f"utilisation, {name} sizes, %", str(must), aim, known(value, "%.1f"),
            known(num.utilisation(name, PEER), "%.1f"), at_least(value, must))

    for run, model in ((run, model) for run in (CHURN, CHURN_1000) for model in MODELS):
        live = num.one(f"{run}/{model}/{OURS}", "live")
        if live is None and run != CHURN:
            continue
        drained, last, peer = (num.churned(model, *which, run) for which in
                               ((OURS, "drained"), (OURS, "last"), (PEER, "drained")))
        lifetimes = num.lifetimes(model, OURS, run)
        add(f"committed / live after churn, {model}, {known(live, '%d live')}", "prog_pack's", "1.10",
            known(drained, "%.2f") + known(last, " (%.2f with what waits to be freed)") +
            ("" if (lifetimes or 0) > 9.9 else known(lifetimes, ", after %.1f lifetimes only")),
            known(peer, "%.2f"), at_most(divide(drained, peer), 1) and at_least(lifetimes, 9.9))

    for count, must, aim in ((40, 2, "1.2"), (160, 1.5, "1.1")):
        value = num.few(count, OURS)
        add(f"committed / live, {count} fleet objects", str(must), aim, known(value, "%.2f"),
            known(num.few(count, PEER), "%.2f"), at_most(value, must))

    value = num.large(OURS)
    add("live bytes on 2 MiB leaves after churn, %", "100", "100", known(value, "%.0f"),
        known(num.large(PEER), "%.0f"), at_least(value, 100))

    def middle(values):
        return values[len(values) // 2] if values else None

    value = middle(num.threads(OURS))
    add("two threads of one (wall, emulated)", "1.5x", "1.9x", known(value, "%.2fx"),
        known(middle(num.threads(PEER)), "%.2fx"), at_least(value, 1.5))

    value = num.cross(OURS)[2]
    add("free on another processor, of a local one", "2x", "1.2x", known(value, "%.2fx"),
        known(num.cross(PEER)[2], "%.2fx"), at_most(value, 2))

    value = num.worst(OURS)
    add("worst call of the median, growth excluded", "20x", "5x",
        "every allocation grows" if num.always_grows(OURS) else known(value, "%.1fx"),
        known(num.worst(PEER), "%.1fx"), at_most(value, 20))

    for name in TABLES:
        value = num.worst_of_table(name, OURS)
        add(f"worst call of the median, {name} sizes, growth excluded", "20x", "5x", known(value, "%.1fx"),
            known(num.worst_of_table(name, PEER), "%.1fx"), at_most(value, 20))

    value = num.metadata(OURS)
    add("metadata (slabs, page tables) of what is committed, %", "1.5", "0.5", known(value, "%.2f"),
        known(num.metadata(PEER), "%.2f"), at_most(value, 1.5))
    return out
