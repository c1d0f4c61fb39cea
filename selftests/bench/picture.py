# SPDX-License-Identifier: GPL-2.0
"""The picture: cost against size and against live blocks, memory over churn, events."""

import math
from xml.sax.saxutils import escape

from plan import IN_PLACE, MODELS, PEERS, SIZES

WIDTH, HEIGHT = 1120, 860
COLOURS = {
    "jitalloc": "#c2185b", "prog_pack": "#1565c0", "execmem": "#e07b00", "vmalloc": "#6d6d6d",
    "kmalloc": "#2e7d32", "in_place": "#c2185b",
}
DASHES = {"random": "", "bimodal": "7 4", "fifo": "2 3"}
TEXT, FAINT, GRID = "#222222", "#666666", "#e3e3e3"


class Panel:
    """A rectangle with axes; each axis maps values to places."""

    def __init__(self, x, y, title, subtitle, width=370, height=260, margin=None):
        self.x, self.y, self.width, self.height = x, y, width, height
        self.out = []
        self.labels = []
        left = x if margin is None else margin
        self.text(left, y - 34, title, size=15, weight="bold")
        self.text(left, y - 16, subtitle, size=11, colour=FAINT)

    def text(self, x, y, words, size=11, colour=TEXT, anchor="start", weight="normal"):
        self.out.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" '
                        f'text-anchor="{anchor}" font-weight="{weight}" paint-order="stroke" stroke="white" '
                        f'stroke-width="3">{escape(words)}</text>')

    def line(self, x0, y0, x1, y1, colour=GRID, width=1):
        self.out.append(f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" '
                        f'stroke="{colour}" stroke-width="{width}"/>')

    def scale_x(self, low, high, log, ticks):
        self.to_x = self.scale(low, high, log, self.x, self.width)
        last = -math.inf
        for value, label in ticks:
            self.line(self.to_x(value), self.y, self.to_x(value), self.y + self.height)
            if self.to_x(value) - last < 34:
                continue
            last = self.to_x(value)
            self.text(self.to_x(value), self.y + self.height + 15, label, colour=FAINT, anchor="middle")

    def scale_y(self, low, high, log, ticks):
        self.to_y = self.scale(low, high, log, self.y + self.height, -self.height)
        for value, label in ticks:
            self.line(self.x, self.to_y(value), self.x + self.width, self.to_y(value))
            self.text(self.x - 6, self.to_y(value) + 4, label, colour=FAINT, anchor="end")

    @staticmethod
    def scale(low, high, log, start, length):
        if log:
            low, high = math.log(low), math.log(high)
        span = (high - low) or 1
        return lambda v: start + length * ((math.log(v) if log else v) - low) / span

    def curve(self, points, peer, label=None, dash="", dots=True):
        points = [(self.to_x(a), self.to_y(b)) for a, b in points]
        if not points:
            return
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        width = 3 if peer == "jitalloc" else 2
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        if len(points) > 1:
            self.out.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[peer]}" '
                            f'stroke-width="{width}"{dashes}/>')
        if dots:
            self.out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{width}" fill="{COLOURS[peer]}"/>'
                         for a, b in points]
        if label:
            self.labels.append([points[-1][1] + 4, points[-1][0] + 8, label, COLOURS[peer]])

    def finish(self):
        """Names at the ends of the curves, pushed apart where they would collide."""
        self.labels.sort()
        for i, b in enumerate(self.labels):
            for a in self.labels[:i]:
                if abs(a[1] - b[1]) < 150:
                    b[0] = max(b[0], a[0] + 13)
        low = self.y + self.height + 4
        for label in reversed(self.labels):
            if label[0] > low - 13:
                label[0] = min(label[0], low)
                low = label[0] - 13
        for y, x, words, colour in self.labels:
            self.text(x, y, words, size=12, colour=colour, weight="bold")
        return self.out


def short(value):
    if value >= 1000000:
        return f"{value / 1000000:g} M"
    return f"{value / 1000:g} k" if value >= 1000 else f"{value:g}"


def decades(low, high):
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return 10 ** first, 10 ** last, [(10 ** d, short(10 ** d)) for d in range(first, last + 1)]


def log_panel(panel, curves, xs):
    """A panel with both axes logarithmic: curves by peer."""
    values = [v for points in curves.values() for _, v in points]
    if not values or not xs:
        panel.text(panel.x, panel.y + 40, "not measured", colour=FAINT)
        return panel.finish()
    low, high, ticks = decades(max(1, min(values)), max(values))
    panel.scale_y(low, high, True, ticks)
    panel.scale_x(xs[0], xs[-1], len(xs) > 1, [(x, short(x) if x % 1000 == 0 else str(x)) for x in xs])
    for peer in sorted(curves, key=lambda p: p == "jitalloc"):
        panel.curve(curves[peer], peer, peer)
    return panel.finish()


def by_size(num):
    panel = Panel(70, 120, "What one block costs, by its size",
                  "instructions of alloc + write + free and of all work behind it; x: bytes")
    curves = {}
    for peer in PEERS:
        points = [(s, num.cycle(s, peer)) for s in SIZES]
        curves[peer] = [(s, v) for s, v in points if v]
    return log_panel(panel, curves, SIZES)


def by_live(num):
    panel = Panel(630, 120, "What one allocation costs, by how many are live",
                  "instructions of alloc, 64 bytes; x: live blocks")
    levels = num.levels()
    curves = {}
    for peer in ("jitalloc", "prog_pack", "execmem", "kmalloc"):
        points = [(lv, num.live(peer, lv)) for lv in levels]
        curves[peer] = [(lv, v) for lv, v in points if v]
    return log_panel(panel, curves, levels)


def over_churn(num):
    panel = Panel(70, 500, "Memory held for each live byte, while blocks come and go",
                  "committed / live, fleet sizes, frees that still wait included; x: lifetimes")
    lines = {}
    for peer in ("jitalloc", "prog_pack", "execmem"):
        for model in MODELS:
            live = num.one(f"churn/{model}/{peer}", "live")
            points = num.churn_line(model, peer)
            if live and points:
                lines[peer, model] = [(n / live, max(1, r)) for n, r in points]
    if not lines:
        panel.text(panel.x, panel.y + 40, "not measured", colour=FAINT)
        return panel.finish()
    far = max(points[-1][0] for points in lines.values())
    high = max(r for points in lines.values() for _, r in points)
    steps = [s for s in (1, 1.25, 1.5, 2, 3, 5, 10, 20, 50, 100, 200) if s <= high * 1.4]
    panel.scale_y(1, max(steps[-1], high), True, [(s, f"{s:g}") for s in steps])
    step = 2 if far > 6 else 1
    panel.scale_x(0, far, False, [(i, str(i)) for i in range(0, math.ceil(far) + 1, step) if i <= far + 0.1])
    for (peer, model), points in lines.items():
        panel.curve(points, peer, f"{peer}, {model}", dash=DASHES[model], dots=False)
    return panel.finish()


def bars(panel, groups, shown, value, end=13):
    """Groups of bars, one for each peer; value says how long one is."""
    values = {(what, peer): value(what, peer) for what in groups for peer in shown}
    most = max([v for v in values.values() if v] + [1])
    y = panel.y + 4
    for what in groups:
        panel.text(panel.x - 8, y + 26, what, size=12, anchor="end")
        for peer in shown:
            found = values[what, peer]
            if found is not None:
                length = panel.width * found / most
                panel.out.append(f'<rect x="{panel.x}" y="{y}" width="{max(length, 1):.1f}" height="11" '
                                 f'fill="{COLOURS[peer]}"/>')
                panel.text(panel.x + length + 6, y + 10, f"{found:,.3g}  {peer}" if found < 1000 else
                           f"{found:,.0f}  {peer}", colour=COLOURS[peer])
            y += 13
        y += end
    return panel.finish()


CHANGES = ["change_page_attr_set_clr", "set_direct_map_invalid_noflush", "set_direct_map_default_noflush"]
BROADCASTS = ["smp_call_function_many_cond"]


def summed(found):
    return None if None in found else sum(found)


def events(num):
    panel = Panel(750, 500, "What one block does to the whole machine",
                  "events for each alloc + write + free, 256 bytes", width=250, margin=630)
    groups = {
        "broadcasts to all CPUs": BROADCASTS,
        "permission changes": CHANGES,
        "page walks for them": ["__change_page_attr_set_clr"],
        "address space switches": ["use_temporary_mm"],
    }
    return bars(panel, groups, ["jitalloc", "prog_pack", "execmem", "vmalloc"],
                lambda what, peer: summed([num.event(256, peer, n) for n in groups[what]]))


def svg(width, height, out):
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- SPDX-License-Identifier: GPL-2.0 -->",
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="DejaVu Sans, Helvetica, Arial, sans-serif">',
        f'<rect width="{width}" height="{height}" fill="white"/>', *out, "</svg>"]) + "\n"


def draw_in_place(num):
    """The picture of a page that is written where it will run."""
    left = Panel(130, 60, "Written in place", "instructions for each alloc + write + free, 4096 bytes", width=220,
                 margin=40)
    right = Panel(690, 60, "and what that does to the whole machine", "events for each", width=220, margin=570)
    groups = {"broadcasts to all CPUs": BROADCASTS, "permission changes": CHANGES}
    return svg(WIDTH, 160, [
        *bars(left, ["instructions"], IN_PLACE, lambda _, peer: num.in_place(4096, peer)),
        *bars(right, groups, IN_PLACE,
              lambda what, peer: summed([num.event_of(f"in-place-events/4096/{peer}", n) for n in groups[what]]))])


def draw(num):
    """The picture as the text of an SVG file."""
    facts = num.facts
    head = f"Linux {facts['kernel']}, {facts['qemu'].split('(')[0].strip()}, emulated"
    return svg(WIDTH, HEIGHT, [
        f'<text x="70" y="36" font-size="20" font-weight="bold" fill="{TEXT}">'
        "jitalloc and the kernel's own allocators of executable memory</text>",
        f'<text x="70" y="58" font-size="12" fill="{FAINT}">{escape(head)}. Lower is better everywhere. '
        "kmalloc is the floor: neither executable nor protected.</text>",
        *by_size(num), *by_live(num), *over_churn(num), *events(num),
        f'<text x="70" y="{HEIGHT - 32}" font-size="11" fill="{FAINT}">Instructions and events are exact '
        "counts; a copied byte counts as one instruction, on hardware as much less. Nothing here is a time."
        "</text>",
    ])
