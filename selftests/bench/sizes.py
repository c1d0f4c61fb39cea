# SPDX-License-Identifier: GPL-2.0
"""Sizes of generated code, as tables of equally likely values.

fleet   a lognormal through what is published of one large fleet: half of the
        programs below 500 bytes, three quarters below 2000
agents  519 programs that 22 observability and security agents load: every
        fifth percentile, and the tail
bcc     26 small tools; their smallest size is not known, 64 is assumed
"""

import math
import statistics

ENTRIES = 4096

AGENTS = [
    (0, 20), (5, 156), (10, 386), (15, 803), (20, 1317), (25, 1317), (30, 1726), (35, 1881), (40, 2360),
    (45, 4901), (50, 4901), (55, 8628), (60, 10074), (65, 10736), (70, 11094), (75, 11094), (80, 14051),
    (85, 17173), (90, 17743), (95, 20709), (98, 29925), (99, 47186), (100, 62313),
]
BCC = [(0, 64), (10, 79), (25, 94), (50, 339), (75, 554), (90, 746), (100, 2681)]


def interpolate(points, percent):
    """The quantile of a table of (percent, size)."""
    for (p0, s0), (p1, s1) in zip(points, points[1:]):
        if percent <= p1:
            return round(s0 + (s1 - s0) * (percent - p0) / (p1 - p0))
    return points[-1][1]


def fleet(percent):
    z = statistics.NormalDist().inv_cdf(percent / 100)
    return round(min(65536, max(16, 500 * math.exp(2.055 * z))))


def table(name):
    """The sizes of a distribution."""
    quantile = {
        "fleet": fleet,
        "agents": lambda p: interpolate(AGENTS, p),
        "bcc": lambda p: interpolate(BCC, p),
    }[name]
    return [quantile((i + 0.5) * 100 / ENTRIES) for i in range(ENTRIES)]
