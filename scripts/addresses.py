# SPDX-License-Identifier: GPL-2.0
"""Looks for formats that show a kernel address as it is.

usage: addresses.py TREE

In the log, which a user may be allowed to read, an address has a name (%pS) or is
hashed (%p). The files below show addresses to root. Prints a line for each format
of another file that could show one.
"""

import os
import re
import sys

DIRS = ["rust", "samples", "include"]
# Files that show them, to root only, and why
SHOWN = {
    "rust/boundary/trace.h": "tracefs",
    "rust/boundary/debugfs/blocks.rs": "debugfs",
    "rust/boundary/debugfs/check_wx.rs": "debugfs",
    "rust/boundary/debugfs/packs.rs": "debugfs",
    "rust/boundary/debugfs/params.rs": "debugfs",
    "samples/bpf/debugfs.c": "debugfs",
    "samples/kprobe/debugfs.c": "debugfs",
    "samples/nofault/jit_nofault.c": "debugfs",
}
# Formats that do not show one: (file, format)
HARMLESS = {
    # It reads what kallsyms has written.
    ("rust/arch/kfn_indirect.h", "%lx"),
    # What generated code has returned
    ("samples/rust/jit_rust_main.rs", "{values:x?}"),
}
STRING = re.compile(r'"(?:\\.|[^"\\])*"', re.S)
# Hexadecimal longs and pointers as they are; a type of pointer is one of the letters.
C = re.compile(r"%[-#0 +]*\d*(?:ll?|z|j|t)[xX]|%[-#0 +]*\d*p[xK]")
RUST = re.compile(r"\{[^{}]*:[^{}]*(?:[xX]\??|p)\}")


def shown(path, name):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    if name in SHOWN:
        return
    pattern = RUST if name.endswith(".rs") else C
    for string in STRING.finditer(text):
        for m in pattern.finditer(string.group(0)):
            if (name, m.group(0)) not in HARMLESS:
                line = text.count("\n", 0, string.start() + m.start()) + 1
                yield f"{name}:{line}: {m.group(0)} may show an address"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found, files = [], 0
    for top in DIRS:
        for path, _, names in sorted(os.walk(os.path.join(sys.argv[1], top))):
            for name in sorted(names):
                file = os.path.relpath(os.path.join(path, name), sys.argv[1])
                if re.search(r"\.(c|h|rs)$", name) and not re.search(r"\.mod\.c$|_generated\.", name):
                    files += 1
                    found += shown(os.path.join(path, name), file)
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found or files < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
