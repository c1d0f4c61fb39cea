# SPDX-License-Identifier: GPL-2.0
"""Compares the wrappers of unexported kernel functions with the kernel's BTF.

usage: prototypes.py VMLINUX MODULE.ko NAME...

The module calls the kernel's NAME() through jit_kfn_NAME(), at an address that
is found at run time, so no compiler or linker compares the two prototypes.
Prints "ok" and "not ok" lines.
"""

import json
import subprocess
import sys

QUALIFIERS = {"CONST": "const", "VOLATILE": "volatile", "RESTRICT": "restrict"}


def btf(*args):
    cmd = ["bpftool", "-j", *args, "format", "raw"]
    return json.loads(subprocess.run(cmd, check=True, capture_output=True, text=True).stdout)["types"]


class Types:
    def __init__(self, types):
        self.by_id = {t["id"]: t for t in types}
        self.functions = {}
        for t in types:
            if t["kind"] == "FUNC":
                self.functions.setdefault(t["name"], []).append(t["type_id"])

    def spell(self, type_id):
        """A type as text that is the same for the same type only.

        Typedefs are taken away, and structures are known by their names.
        """
        if type_id == 0:
            return "void"
        t = self.by_id[type_id]
        kind = t["kind"]
        if kind in ("TYPEDEF", "TYPE_TAG", "DECL_TAG"):
            return self.spell(t["type_id"])
        if kind == "PTR":
            return self.spell(t["type_id"]) + " *"
        if kind in QUALIFIERS:
            return f"{QUALIFIERS[kind]} {self.spell(t['type_id'])}"
        if kind == "INT":
            return f"{t['encoding'].lower()}-int-{t['nr_bits']}"
        if kind == "FUNC_PROTO":
            return self.prototype(type_id)
        if kind in ("STRUCT", "UNION", "FWD", "ENUM", "ENUM64"):
            if t["name"] == "(anon)":
                members = ", ".join(f"{m['name']} {self.spell(m['type_id'])}" for m in t.get("members", []))
                return f"{kind.lower()} {t.get('size')} {{ {members} }}"
            name = "STRUCT" if kind == "FWD" else kind
            return f"{name.lower()} {t['name']}"
        if kind == "ARRAY":
            return f"{self.spell(t['type_id'])}[{t['nr_elems']}]"
        raise ValueError(f"no spelling for {kind}")

    def prototype(self, proto_id):
        proto = self.by_id[proto_id]
        params = ", ".join(self.spell(p["type_id"]) for p in proto["params"])
        return f"{self.spell(proto['ret_type_id'])} ({params})"

    def prototypes(self, name):
        return {self.prototype(p) for p in self.functions.get(name, [])}


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    vmlinux, module, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    base = btf("btf", "dump", "file", vmlinux)
    kernel = Types(base)
    ours = Types(base + btf("-B", vmlinux, "btf", "dump", "file", module))

    good = True
    for name in names:
        theirs = kernel.prototypes(name)
        wrapper = ours.prototypes(f"jit_kfn_{name}")
        same = len(theirs) == 1 and theirs == wrapper
        if not same:
            print(f"# the kernel's {name}: {' or '.join(theirs) or 'none'}")
            print(f"# the module's jit_kfn_{name}: {' or '.join(wrapper) or 'none'}")
        print("ok" if same else "not ok", f"{name} has the prototype of the kernel's BTF")
        good &= same
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
