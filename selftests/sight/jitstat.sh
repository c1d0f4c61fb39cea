#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# scripts/jitstat: what it shows, prints and draws is what the files say; and what
# it says where there are none.
#
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

DIR=$DEBUGFS/jitalloc
OUT=$(mktemp -d)
export TOPDIR

jitstat() {
	python3 "$TOPDIR/scripts/jitstat" "$@"
}

# says WHAT REGEX COMMAND...: it fails, with one line
says() {
	local what=$1 regex=$2 said code

	shift 2
	said=$("$@" 2>&1)
	code=$?
	ktap_check_equal "$what" "$code:$(grep -oE "^jitstat: $regex" <<<"$said")" \
		"1:${said:-nothing}"
}

ktap_print_header
ktap_set_plan 32
unload_modules jit_test_shown jitalloc
log_mark
says "not loaded" "jitalloc is not loaded" jitstat --once
ktap_check "the module loads" load_module jit_test_shown
shown_cases mix
mkdir "$OUT/of-nobody"
chmod 711 "$OUT"
says "no root" "only root can .*" setpriv --reuid=65534 --regid=65534 --clear-groups \
	python3 "$TOPDIR/scripts/jitstat" --json
says "no debugfs" "debugfs is not mounted: mount .*" unshare -m \
	bash -c "umount '$DEBUGFS' && python3 '$TOPDIR/scripts/jitstat'"
says "no such copy" "there is no directory /nowhere" jitstat --from /nowhere
says "a copy of nothing" "there is no $OUT/of-nobody/stats.*" jitstat --from "$OUT/of-nobody"

cp -r "$DIR" "$OUT/copy"
ktap_check "a copy can be made" diff <(cat "$DIR/blocks") "$OUT/copy/blocks"
jitstat --json --blocks >"$OUT/json"
ktap_test_result "it prints JSON" $?
jitstat --svg "$OUT/svg"
ktap_test_result "it draws" $?
jitstat --once >"$OUT/once"
ktap_test_result "it shows" $?
jitstat --once --from "$OUT/copy" --svg "$OUT/svg-of-copy" >"$OUT/once-of-copy"
ktap_test_result "and so it does of a copy" $?
ktap_check "the same" diff <(tail -n +6 "$OUT/once") <(tail -n +6 "$OUT/once-of-copy")
ktap_check "the picture of the copy is the same" diff "$OUT/svg" "$OUT/svg-of-copy"

ktap_import < <(python3 - "$OUT" "$DIR" <<'END'
import json
import os
import pty
import re
import select
import signal
import sys
import time
import xml.etree.ElementTree as tree

out, directory = sys.argv[1:]


def result(passed, name, why=""):
    if not passed:
        print(f"# {name}: {why}")
    print("ok" if passed else "not ok", name)


def rows(name):
    with open(f"{directory}/{name}", encoding="ascii") as file:
        return [line.split() for line in file if not line.startswith("#")]


with open(f"{out}/json", encoding="utf-8") as file:
    data = json.load(file)
live = {row[0]: (int(row[1]), int(row[2])) for row in rows("live")}
for source, count in (("owners", lambda row: (row["allocations"], row["bytes"])),
                      ("blocks", lambda row: (1, row["size"]))):
    sums = dict.fromkeys(live, (0, 0))
    for row in data[source]:
        n, size = count(row)
        sums[row["type"]] = (sums[row["type"]][0] + n, sums[row["type"]][1] + size)
    result(sums == live, f"JSON: the sum of {source} is what is live", f"{sums} {live}")
result(sum(row["live"] for row in data["packs"]) == sum(n for n, _ in live.values()),
       "JSON: and that of packs")
result(sum(row["asked_bytes"] for row in data["packs"]) == sum(n for _, n in live.values()),
       "JSON: in bytes, too")
result(sum(row["bytes"] for row in data["packs"]) == data["stats"]["held_bytes"],
       "JSON: the packs are what is held")
result(all(sum(row[part] for part in ("live_bytes", "kept_bytes", "waiting_bytes", "free_bytes")) == row["bytes"]
           for row in data["packs"]), "JSON: the parts of a pack are the whole")
result(all(row["age_ms"] is None and isinstance(row["address"], int) for row in data["blocks"]),
       "JSON: what is not known is null")

with open(f"{out}/svg", encoding="utf-8") as file:
    picture = tree.fromstring(file.read())
space = "{http://www.w3.org/2000/svg}"
frames = [rect for rect in picture.iter(space + "rect") if rect.get("class") == "pack"]
packs = rows("packs")
result(len(frames) == len(packs), "SVG: a frame for each pack", f"{len(frames)} {len(packs)}")
width, height = (float(picture.get(side)) for side in ("width", "height"))
inside = [0 <= float(r.get("x")) and float(r.get("x")) + float(r.get("width")) <= width
          and 0 <= float(r.get("y")) and float(r.get("y")) + float(r.get("height")) <= height
          for r in picture.iter(space + "rect")]
result(all(inside), "SVG: none is outside")
titles = [title.text for group in picture.iter(space + "g") for title in group.iter(space + "title")]
result(sorted(title.split(":")[0] for title in titles) == sorted(hex(int(row[0], 16)) for row in packs),
       "SVG: each with its address")
# What is blue, as a share of what is framed, against what the file says
area = {"#2f6fb0": 0.0}
for path in picture.iter(space + "path"):
    if path.get("fill") not in area:
        continue
    points = re.findall(r"([MHV])([\d.]+)(?: ([\d.]+))?", path.get("d"))
    x, base = float(points[0][1]), float(points[0][2])
    y = base
    for letter, first, _ in points[1:]:
        if letter == "H":
            area[path.get("fill")] += (float(first) - x) * (base - y)
            x = float(first)
        else:
            y = float(first)
shared = [row for row in packs if row[2] != "dedicated"]
scale = 640 / max(int(row[1]) for row in shared)
wanted = sum(min(640, max(3, int(row[1]) * scale)) * 22 * int(row[9]) / int(row[1]) for row in packs)
result(abs(area["#2f6fb0"] - wanted) < 0.03 * wanted, "SVG: as much is live as is said",
       f"{area['#2f6fb0']:.0f} of {wanted:.0f}")

with open(f"{out}/once", encoding="utf-8") as file:
    shown = file.read()
result(all(f"{int(row[0], 16):#018x}" in shown for row in packs), "shown: every pack")
result(all(re.search(rf"^{row[0]} +{row[1]} +{row[2]} +{int(row[3]):,} ", shown, re.M) for row in rows("owners")),
       "shown: every owner")

# A terminal: it goes on until a key is pressed, and is left as it was.
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("python3", ["python3", os.path.join(os.environ["TOPDIR"], "scripts/jitstat"), "-d", "0.5"])
seen, sent, deadline = b"", False, time.monotonic() + 240
while time.monotonic() < deadline:
    if select.select([terminal], [], [], 0.5)[0]:
        try:
            seen += os.read(terminal, 65536)
        except OSError:
            break
    if not sent and seen.count(b"MODULE") >= 3:
        os.write(terminal, b"oq")
        sent = True
else:
    os.kill(pid, signal.SIGKILL)
_, status = os.waitpid(pid, 0)
result(sent and status == 0, "on a terminal it is shown again and again, until q", f"{status} {seen[-300:]}")
END
)
shown_cases drop
ktap_check "it unloads" unload_module jit_test_shown
jitstat --json >"$OUT/json"
ktap_test_result "it prints JSON when nothing is live" $?
unload_modules jitalloc
ktap_check "the log is clean" log_is_clean
rm -rf "$OUT"
ktap_finished
