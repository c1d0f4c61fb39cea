#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every step that can fail has a point at which a test makes it fail, and a step
# without one is found.
#
# boot: none

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/lib.sh"

TREE=$OUT/faults
TOP_OF_TREE=$TOPDIR/rust
SOURCES=(.)
CHECKER=faults.py

# Each point that there is, taken away: how many of them are not missed
unnoticed() {
	python3 - "$TOPDIR" "$TREE" <<'PY'
import os, re, shutil, sys

top, tree = sys.argv[1:]
sys.path.insert(0, top + "/scripts")
import faults

nr = missed = 0
for file in sorted(faults.files_of(top + "/rust", (".c", ".h", ".rs"))):
    path = f"{top}/rust/{file}"
    text = open(path, encoding="utf-8").read()
    code = faults.code_of(text)
    if len(code) != len(text):
        # Comments go, lines stay: what is left is as good to be looked at.
        text = code
    for m in faults.POINT.finditer(text):
        if text[: m.start()].endswith("#define "):
            continue
        end = faults.closing(text, text.index("(", m.start()), "()")
        if m.group(3) == ")":
            without = text[: m.start()] + text[end + 2 :]
        else:
            call = text[m.start() : end + 1]
            # It has the parentheses, and what is in them, but is no point any more.
            without = text[: m.start()] + "jit_other" + call[call.index("(") :] + text[end + 1 :]
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(top + "/rust", tree, ignore=shutil.ignore_patterns("*.o", "*.ko", ".*"))
        with open(f"{tree}/{file}", "w", encoding="utf-8") as f:
            f.write(without)
        nr += 1
        if not any(": step: " in line or ": point: " in line for line in faults.check(tree)):
            missed += 1
            print(f"# {file}: {m.group(0)} is not missed", file=sys.stderr)
print(nr, missed)
PY
}

ktap_print_header
ktap_set_plan 14
ktap_check "the tree is in order" python3 "$TOPDIR/scripts/faults.py" "$TOPDIR/rust"

check "an allocation without a point is found" sys/symbol.c \
	's/jit_fault(symbol, NULL,/(/' '^sys/symbol.c:[0-9]*: step: kzalloc in jit_symbol_add has no point$'
check "so is the name that is at no step then" sys/symbol.c \
	's/jit_fault(symbol, NULL,/(/' '^sys/fault.h: point: symbol is at no step$'
check "one in Rust" pool/grow.rs \
	's/fault::point!(pack, \(.*\))?)/\1?)/' '^pool/grow.rs:[0-9]*: step: Arc::new in finish has no point$'
check "one whose point was before it" pool.rs \
	'/fault::point!(pool)/d' '^pool.rs:[0-9]*: step: Arc::pin_init in new has no point$'
check "one that is behind another with its point" pool.rs \
	's/^\( *\)fault::point!(pool);/&\n\1let other = KBox::new(0, GFP_KERNEL);/' \
	'^pool.rs:[0-9]*: step: Arc::pin_init in new has no point$'
check "one behind a point of another function" allocator.rs \
	's/^    pub(crate) fn params(.*/    fn other() { KBox::new(0, GFP_KERNEL); }\n&/' \
	'^allocator.rs:[0-9]*: step: KBox::new in other has no point$'
check "flags of an allocation by a function of another name" memory/data.rs \
	's/^    pub(crate) fn len(.*/    fn other() { something(0, GFP_KERNEL); }\n&/' \
	'^memory/data.rs:[0-9]*: step: GFP_KERNEL in other has no point$'
check "a change of permissions that has lost its point" arch/set_memory.c \
	's/jit_fault(set_memory_x, -ENOMEM,/(/' '^arch/set_memory.c:[0-9]*: step: set_memory_x in '
check "a function that nobody has looked at" sys/helpers.c \
	's/^\tvfree(addr);/&\n\tvfree_later(addr);/' '^sys/helpers.c:[0-9]*: name: may vfree_later\(\) fail'
check "one that is called in Rust" sys/cpu_hotplug.rs \
	's/bindings::cpus_read_unlock/bindings::cpus_write_lock/' 'name: may bindings::cpus_write_lock\(\) fail'
check "but not a comment" memory/data.rs \
	's/^    pub(crate) fn len(.*/    \/\/ KBox::new(0, GFP_KERNEL)\n&/' '^$'

read -r nr missed < <(unnoticed)
ktap_figure fault_points_taken_away "$nr"
ktap_check "there are points to take away" test "$nr" -ge 50
ktap_check_equal "not one of them is not missed" "$missed" 0
ktap_finished
