# SPDX-License-Identifier: GPL-2.0
"""Replaces the filter again and again while packets go through it."""

import random
import sys
import time

import cbpf
import random_cbpf

ROUNDS = 60


def main():
    rng = random.Random(7)
    refused = seen = disagreements = idle = 0

    for _ in range(ROUNDS):
        prog = random_cbpf.good(rng, rng.randrange(1, 300))
        if cbpf.load(cbpf.text_of(prog)):
            refused += 1
        now = cbpf.stats()
        for _ in range(200):
            if now["seen"]:
                break
            time.sleep(0.01)
            now = cbpf.stats()
        seen += now["seen"]
        idle += not now["seen"]
        disagreements += now["disagree"]
    print(f"# figure: replacements={ROUNDS} packets={seen}")
    cbpf.report(not refused and not idle, "every new filter gets packets",
                (refused, idle))
    cbpf.report(disagreements == 0, "no packet is judged wrongly on the way",
                disagreements)
    return 1 if cbpf.failures else 0


if __name__ == "__main__":
    sys.exit(main())
