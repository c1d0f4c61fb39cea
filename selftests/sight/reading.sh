#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The files are read while every CPU allocates and frees, while modules go with
# what they have left, and while there are hundreds of thousands of blocks.
#
# timeout: 600

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/module.sh"
. "$(dirname "$0")/lib.sh"

DIR=$DEBUGFS/jitalloc
MANY=300000

# read_all SECONDS: read all files again and again, and judge each line
read_all() {
	python3 - "$DIR" "$1" <<'END'
import sys
import time

directory, seconds = sys.argv[1:]
end = time.monotonic() + float(seconds)
reads, faults = dict.fromkeys(("blocks", "packs", "owners", "histograms", "stats", "live"), 0), []


def lines(name):
    with open(f"{directory}/{name}", encoding="ascii") as file:
        text = file.read()
    reads[name] += text.count("\n")
    if not text.endswith("\n"):
        faults.append(f"{name} ends in the middle of a line")
    rows = [line.split() for line in text.splitlines()]
    return rows[0][1:], rows[1:]


def check(name):
    head, rows = lines(name)
    if name in ("stats", "live"):
        return
    faults.extend(f"{name}: {row}" for row in rows if len(row) != len(head))
    if name not in ("blocks", "packs"):
        return
    addresses = [int(row[0], 16) for row in rows]
    if any(a >= b for a, b in zip(addresses, addresses[1:])):
        faults.append(f"{name}: an address twice, or not in order")
    if name == "blocks":
        faults.extend(f"blocks: {row}" for row in rows if int(row[1]) < 1 or row[2] == "?")
    for row in rows if name == "packs" else ():
        size, asked, live, free, runs, largest = (int(row[i]) for i in (1, 8, 9, 11, 12, 13))
        if not (asked <= live <= size and largest <= free <= size and runs <= free // 32 and len(row[14]) == len(row[15])):
            faults.append(f"packs: {row}")


while time.monotonic() < end:
    for name in reads:
        check(name)
print(f"# {reads}")
for fault in faults[:5]:
    print(f"# {fault}")
sys.exit(bool(faults) or not all(reads.values()))
END
}

unload_modules jit_test_leaves jit_test_shown jitalloc
load_module jitalloc
vm_test_begin 19 jit_test_churn threads=3 seconds=15
paths=$(cat /proc/sys/kernel/kptr_restrict)
echo 1 >/proc/sys/kernel/kptr_restrict

# Under load, with somebody who watches now and then
(while sleep 0.3; do echo 1; sleep 0.3; echo 0; done) 2>/dev/null |
	while read -r is_on; do echo "$is_on" >"$DIR/watch"; done &
watcher=$!
read_all 14 >"/tmp/read.$$" 2>&1 &
reader=$!
run_cases jit_test_churn churn
wait $reader
ktap_test_result "what is read under load makes sense" $?
ktap_print_msg "$(cat "/tmp/read.$$")"
kill $watcher
wait $watcher 2>/dev/null
echo 0 >"$DIR/watch"

# Modules go
read_all 12 >"/tmp/read.$$" 2>&1 &
reader=$!
rounds=0
while kill -0 $reader 2>/dev/null; do
	load_module jit_test_leaves && unload_module jit_test_leaves || break
	rounds=$((rounds + 1))
done
wait $reader
ktap_test_result "what is read while modules go makes sense" $?
ktap_print_msg "$(cat "/tmp/read.$$")"
ktap_check "some have gone ($rounds)" test $rounds -gt 3

# Many
ktap_check "a module for many blocks loads" load_module jit_test_shown many=$MANY
shown_cases many
before=$(live_count)
ktap_check_equal "each of $MANY blocks is a line" "$(grep -c ' shown_text+' "$DIR/blocks")" $MANY
ktap_check_equal "and all are in packs" \
	"$(awk '!/^#/ { n += $8 } END { print n }' "$DIR/packs")" "$before"
ktap_check_equal "and are owned" "$(awk '$1 == "jit_test_shown" { print $4 }' "$DIR/owners")" $MANY
shown_cases thin drop
ktap_check "it unloads" unload_module jit_test_shown
echo "$paths" >/proc/sys/kernel/kptr_restrict
rm -f "/tmp/read.$$"
vm_test_end
