# SPDX-License-Identifier: GPL-2.0
"""How a module reaches the kernel functions that the kernel does not export.

usage: calls.py MODULE.ko NAME...

Each NAME may be reached in one way only: by a direct call, to the trampoline of
a static call, from the wrapper jit_kfn_NAME(). An indirect call, or a retpoline
or an indirect thunk, to such a function kills the machine where it has IBT. To
know that none goes there, this asks for more: no indirect branch at all outside
of the few functions below. Prints "ok" and "not ok" lines.
"""

import re
import subprocess
import sys

# Indirect branches that no resolved address can reach: function of the module,
# as a demangled name begins, and why.
ALLOWED = {"__traceiter_jit_": "calls the probes of a tracepoint, which are entered that way"}
# Not an indirect branch once the kernel has patched it, when the module is loaded
PARAVIRT = "pv_ops"

FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")
INSN = re.compile(r"^\s+([0-9a-f]+):\t(.*)$")
RELOC = re.compile(r"^\s+[0-9a-f]+: (R_\S+)\t(\S+?)(?:[-+]0x[0-9a-f]+)?$")
INDIRECT = re.compile(r"\b(?:call|jmp)q?\s+\*")
BRANCH = re.compile(r"^(?:notrack |bnd |data16 )*(?:call|j[a-z]+)q?\s")


def objdump(*args):
    return subprocess.run(["objdump", *args], check=True, capture_output=True, text=True).stdout


def demangle(names):
    out = subprocess.run(["c++filt"], input="\n".join(names), check=True, capture_output=True, text=True).stdout
    # without the hashes of the crates
    return dict(zip(names, (re.sub(r"\[[0-9a-f]+\]", "", line) for line in out.splitlines())))


class Insn:
    def __init__(self, addr, text):
        self.addr = addr
        self.text = text
        self.reloc = None

    def is_branch(self):
        return BRANCH.match(self.text) is not None

    def is_indirect(self):
        if self.reloc and self.reloc.startswith("__x86_indirect_"):
            return True
        return INDIRECT.search(self.text) is not None and self.reloc != PARAVIRT


def functions(module):
    """Returns {name: [instructions]} of every section that is code."""
    found = {}
    body = None
    for line in objdump("-dr", "--no-show-raw-insn", module).splitlines():
        if m := FUNCTION.match(line):
            body = found.setdefault(m.group(1), [])
        elif m := INSN.match(line):
            body.append(Insn(int(m.group(1), 16), m.group(2)))
        elif m := RELOC.match(line):
            body[-1].reloc = m.group(2)
    return found


def static_call_sites(module):
    """Returns {key: number of sites}."""
    sites = {}
    for line in objdump("-r", "-j", ".static_call_sites", module).splitlines():
        if m := re.search(r"__SCK__(\w+)", line):
            sites[m.group(1)] = sites.get(m.group(1), 0) + 1
    return sites


def result(passed, name, *why):
    for line in why:
        print("#", line)
    print("ok" if passed else "not ok", name)
    return passed


def check_indirect(found):
    names = demangle(list(found))
    wrong, listed = [], []
    for name, body in found.items():
        for insn in body:
            if not insn.is_indirect():
                continue
            where = f"{names[name]}: {insn.text.strip()} {insn.reloc or ''}"
            if any(names[name].startswith(prefix) for prefix in ALLOWED):
                listed.append(where)
            else:
                wrong.append(where)
    print(f"# figure: functions_disassembled={len(found)}")
    print(f"# figure: indirect_branches_allowed={len(listed)}")
    return result(len(found) > 10 and not wrong, "no indirect branch where one is not listed", *wrong)


def check_name(found, sites, name, names):
    """One result for each kernel function."""
    wrapper, trampoline = f"jit_kfn_{name}", f"__SCT__jit_{name}"
    why = []
    if wrapper not in found:
        why.append(f"there is no {wrapper}()")
    calls = 0
    for insn in found.get(wrapper, []):
        if insn.reloc == trampoline and insn.is_branch():
            calls += 1
        elif insn.is_branch() and insn.reloc not in ("__fentry__", "__x86_return_thunk"):
            why.append(f"{wrapper}() branches elsewhere: {insn.text.strip()} {insn.reloc or ''}")
    if calls != 1:
        why.append(f"{wrapper}() has {calls} direct calls to {trampoline}")
    for other, body in found.items():
        here = sum(i.reloc == trampoline and i.is_branch() for i in body)
        # The compiler may put the wrapper into another function of its file.
        helper = other.startswith("jit_kfn_") and other.removeprefix("jit_kfn_") not in names
        if here and other != wrapper:
            calls += here
            if not helper:
                why.append(f"{other}() calls {trampoline}, too")
        if any(i.reloc == name for i in body):
            why.append(f"{other}() refers to {name} itself")
    # The kernel patches no other call than those.
    if sites.get(f"jit_{name}", 0) != calls:
        why.append(f"{sites.get(f'jit_{name}', 0)} sites of the static call jit_{name} for {calls} calls")
    return result(not why, f"{name} is reached by its static call only", *why)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    found = functions(sys.argv[1])
    sites = static_call_sites(sys.argv[1])
    good = check_indirect(found)
    for name in sys.argv[2:]:
        good &= check_name(found, sites, name, sys.argv[2:])
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
