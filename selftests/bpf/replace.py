# SPDX-License-Identifier: GPL-2.0
"""Replaces the filter again and again while packets go through it."""

import random
import sys
import time

import cbpf
import random_cbpf

SECONDS = 12
ROUNDS = 300


def main():
    rng = random.Random(7)
    end = time.monotonic() + SECONDS
    rounds = refused = seen = disagreements = idle = 0

    while rounds < ROUNDS and time.monotonic() < end:
        prog = random_cbpf.good(rng, rng.randrange(1, 300))
        if cbpf.load(cbpf.text_of(prog)):
            refused += 1
        now = cbpf.stats()
        for _ in range(200):
            if now["seen"]:
                break
            time.sleep(0.01)
            now = cbpf.stats()
        rounds += 1
        seen += now["seen"]
        idle += not now["seen"]
        disagreements += now["disagree"]
    print(f"# figure: replacements={rounds} packets={seen}")
    cbpf.report(rounds >= 100 and not refused and not idle,
                "every new filter gets packets", (rounds, refused, idle))
    cbpf.report(disagreements == 0, "no packet is judged wrongly on the way",
                disagreements)
    return 1 if cbpf.failures else 0


if __name__ == "__main__":
    sys.exit(main())
