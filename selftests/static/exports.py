# SPDX-License-Identifier: GPL-2.0
"""Compares what a module exports with what a header declares.

usage: exports.py HEADER MODULE.SYMVERS MODULE

Every function of the header is exported by the module, for GPL modules only,
and nothing else is. Prints "ok" and "not ok" lines.
"""

import re
import sys


def declared(header):
    with open(header, encoding="utf-8") as f:
        text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    text = re.sub(r"^\s*#.*?(?<!\\)$", "", text, flags=re.M | re.S)
    # A declaration that ends with its parameters; a body or a macro's use does not.
    found = re.findall(r"^[a-z][\w \t*]*?\b(\w+)\([^(){};]*\)\s*;", text, flags=re.M | re.S)
    return {name for name in found}


def exported(symvers, module):
    found = {}
    with open(symvers, encoding="utf-8") as f:
        for line in f:
            _, name, owner, kind = line.rstrip("\n").split("\t")[:4]
            if owner == module:
                found[name] = kind
    return found


def result(wrong, name, what):
    for symbol in sorted(wrong):
        print(f"# {symbol}: {what}")
    print("not ok" if wrong else "ok", name)
    return not wrong


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    want = declared(sys.argv[1])
    got = exported(sys.argv[2], sys.argv[3])
    print(f"# figure: functions_declared={len(want)}")
    good = result(set() if want else {"the header"}, "the header declares functions", "declares none")
    good &= result(want - set(got), "every function of the header is exported", "is not exported")
    good &= result(set(got) - want, "nothing else is exported", "is not in the header")
    good &= result(
        {name for name, kind in got.items() if kind != "EXPORT_SYMBOL_GPL"}, "all of it is for GPL modules", "is not"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
