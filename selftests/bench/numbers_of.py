# SPDX-License-Identifier: GPL-2.0
"""What the steps of all boots say: one number for a question, or None."""

import statistics

from plan import BATCH, CHURN, MODELS, PEERS, SIZES, SLOT, WRITES


def line(points):
    """(intercept, slope) of a line through the points, of which some may be missing."""
    points = [(x, y) for x, y in points if y is not None]
    if len(points) < 2:
        return None, None
    fit = statistics.linear_regression(*zip(*points))
    return fit.intercept, fit.slope


class Numbers:
    """The results of bench.py."""

    def __init__(self, results):
        self.steps = results["steps"]
        self.facts = results["facts"]

    def all(self, key, name):
        """Every value of a name that steps with this id have found."""
        return [s["found"][name] for s in self.steps.get(key, []) if name in s.get("found", {})]

    def one(self, key, name):
        values = self.all(key, name)
        return statistics.median(values) if values else None

    def share(self, key, prefix=""):
        """Work of others, less what the loop itself costs with nothing in it."""
        share = self.one(key, f"{prefix}share")
        null = self.one(key.rsplit("/", 1)[0] + "/null", f"{prefix}share")
        return None if share is None else max(0, share - (null or 0))

    def cycle(self, size, peer):
        """Instructions of alloc, write, free, and what others do for it."""
        key = f"size/{size}/{peer}"
        mean = self.one(key, "cycle.mean")
        return None if mean is None else mean + self.share(key)

    def parts(self, size, peer):
        """Means: where a few calls do the work of many, a median would not see it."""
        key = f"size/{size}/{peer}"
        return [self.one(key, f"{p}.mean") for p in ("alloc", "write", "free")] + [self.share(key)]

    def fit(self, peer):
        """(instructions, instructions per byte): a line through the sizes.

        Larger ones would flatter: their loop waits for memory, and what the waiting costs
        would pass for the cost of bytes.
        """
        return line([(s, self.cycle(s, peer)) for s in SIZES if s <= 256])

    def in_place(self, size, peer):
        """Instructions of alloc, write, free and what others do, where all of it is written in place."""
        key = f"in-place/{size}/{peer}"
        mean = self.one(key, "cycle.mean")
        return None if mean is None else mean + self.share(key)

    def calls(self, size, peer):
        """Instructions of alloc, write and free, without what others do for it later."""
        return self.one(f"size/{size}/{peer}", "cycle.mean")

    def calls_bytes_apart(self, size, peer):
        """The same without what the bytes cost."""
        calls, (_, per_byte) = self.calls(size, peer), line([(s, self.calls(s, peer)) for s in SIZES if s <= 256])
        return None if calls is None or per_byte is None else calls - size * per_byte

    def write(self, size, peer, how):
        """Instructions of the write of one block of many, each by a call or all at once."""
        mean = self.one(f"writes/{size}/{peer}", f"{how}.mean")
        return None if mean is None else mean / BATCH

    def write_bytes_apart(self, peer, how):
        """The same without what the bytes cost."""
        return line([(s, self.write(s, peer, how)) for s in WRITES])[0]

    def bytes_apart(self, size, peer):
        """A cycle without what its bytes cost."""
        cycle, (_, per_byte) = self.cycle(size, peer), self.fit(peer)
        return None if cycle is None or per_byte is None else cycle - size * per_byte

    def table(self, name, peer):
        """Mean cycle over a distribution of sizes."""
        key = f"table/{name}/{peer}"
        mean = self.one(key, "cycle.mean")
        return None if mean is None else mean + self.share(key)

    def levels(self):
        found = set()
        for key, steps in self.steps.items():
            if key.startswith("live/"):
                for s in steps:
                    found |= {int(k[1:-2]) for k in s.get("found", {}) if k.startswith("L") and k.endswith(".n")}
        return sorted(found)

    def live(self, peer, level, what="alloc.p50"):
        return self.one(f"live/{peer}", f"L{level}.{what}")

    def event(self, size, peer, name):
        """How often it happened for each cycle."""
        return self.event_of(f"events/{size}/{peer}", name)

    def event_of(self, key, name):
        hits, n = self.one(key, f"event.{name}"), self.one(key, "n")
        return None if hits is None or not n else hits / n

    def moved(self, size, peer, name):
        """How far a counter of the kernel moved for each cycle, idle window subtracted."""
        steps = self.steps.get(f"events/{size}/{peer}", [])
        idle = self.steps.get("idle", [])
        if not steps or not idle or "n" not in steps[0]["found"]:
            return None
        rate = idle[0]["moved"].get(name, 0) / max(1, idle[0]["found"]["run_ns"])
        step = steps[0]
        return max(0, step["moved"].get(name, 0) - rate * step["found"]["run_ns"]) / step["found"]["n"]

    def ratio(self, key, when, over="live_bytes"):
        """Committed for each live byte."""
        a, b = self.one(key, f"{when}.committed"), self.one(key, f"{when}.{over}")
        return None if not a or not b else a / b

    def few(self, count, peer):
        values = [self.ratio(f"few/{count}/{peer}/{seed}", "drained") for seed in (1, 2, 3)]
        return None if None in values else statistics.mean(values)

    def utilisation(self, name, peer):
        key = f"churn/random/{peer}" if name == "fleet" else f"fill/{name}/{peer}"
        # execmem shares its cache with others: when that grows says nothing.
        full = None if peer == "execmem" else self.ratio(key, "full")
        ratio = full or self.ratio(key, "filled")
        return None if ratio is None else 100 / ratio

    def churned(self, model, peer, when="drained", run=CHURN):
        return self.ratio(f"{run}/{model}/{peer}", when)

    def waiting(self, model, peer, run=CHURN):
        """Percent of what lives that waits at the end."""
        key = f"{run}/{model}/{peer}"
        a, b = self.one(key, "last.waiting"), self.one(key, "last.live_bytes")
        return None if a is None or not b else 100 * a / b

    def churn_line(self, model, peer):
        """(operations, committed for each live byte) while it went on."""
        line = []
        for s in self.steps.get(f"churn/{model}/{peer}", [])[:1]:
            f = s.get("found", {})
            for name in f:
                if name.startswith("s") and name.endswith(".committed"):
                    at = name[1:].split(".")[0]
                    line.append((int(at), f[name] / max(1, f[f"s{at}.live_bytes"])))
        return sorted(line)

    def lifetimes(self, model, peer, run=CHURN):
        key = f"{run}/{model}/{peer}"
        n, live = self.one(key, "n"), self.one(key, "live")
        return None if not n or not live else n / live

    def large(self, peer):
        """Percent of the live bytes that large pages map, after churn."""
        worst = None
        for model in MODELS:
            key = f"churn/{model}/{peer}"
            a, b = self.one(key, "large_bytes"), self.one(key, "drained.live_bytes")
            if a is not None and b:
                worst = min(100 * a / b, 100 if worst is None else worst)
        return worst

    def metadata(self, peer):
        key = f"churn/random/{peer}"
        slab, tables = self.one(key, "filled.slab"), self.one(key, "filled.tables")
        committed = self.one(key, "filled.committed")
        return None if None in (slab, tables) or not committed else 100 * max(0, slab + tables) / committed

    def wall(self, size, peer):
        return self.all(f"wall/{size}/{peer}", "cycle.p50")

    def threads(self, peer):
        """Two threads against one, round by round."""
        rate = {}
        for n in (1, 2):
            key = f"threads/{n}/{peer}"
            rate[n] = [c / max(1, t) for c, t in zip(self.all(key, "cycles"), self.all(key, "ns"))]
        return sorted(two / one for one, two in zip(rate[1], rate[2]) if one)

    def cross(self, peer):
        near, far = self.one(f"cross/{peer}/0", "free.p50"), self.one(f"cross/{peer}/1", "free.p50")
        return (near, far, far / near) if near and far else (near, far, None)

    def always_grows(self, peer, size=256):
        key = f"size/{size}/{peer}"
        n = self.one(key, "n")
        return bool(n) and self.one(key, "alloc.grew") == n

    def worst(self, peer, size=256):
        """Largest of the calls that saw neither growth nor an interrupt, in medians."""
        parts = ("alloc", "write", "free")
        one = self.worst_of(f"size/{size}/{peer}", parts)
        many = self.worst_of(f"live/{peer}", parts, "L1000.")
        return None if None in (one, many) else max(one, many)

    def worst_of(self, key, parts, prefix=""):
        """The same of one step."""
        worst = None
        for part in parts:
            peak, median = self.one(key, f"{prefix}{part}.worst"), self.one(key, f"{prefix}{part}.p50")
            if not peak or not median or median < 1:
                return None
            worst = max(worst or 0, peak / median)
        return worst

    def worst_of_table(self, name, peer):
        """The same where lengths differ; a write is as long as what it writes, so it does not count."""
        return self.worst_of(f"table/{name}/{peer}", ("alloc", "free"))


def peers_of(size):
    return PEERS + ([SLOT] if size == 15 else [])
