# SPDX-License-Identifier: GPL-2.0
"""Holds the Rust files of a directory against its floors.

usage: imports.py RUST

The floors are directories of RUST, with a file beside each. Their order is that
of the figure in the crate's documentation, jitalloc_main.rs, from the top down.
Prints a line for each of these:

up      a file uses a floor above its own
circle  files of a floor use each other in a circle
pure    a file of a floor that is marked [pure], or a port's row, uses more than
        core, pure floors and the atomics
names   a file outside arch/ names an architecture, its instructions or headers
port    a port gives other items than arch.rs takes from one
"""

import os
import re
import sys

MAIN = "jitalloc_main.rs"
FIGURE = re.compile(r"^//!     (\w+) +\S.*?(\[pure\])?$")
# Atomics of core in the module, of a model checker in its models
ATOMICS = "sys::atomic"
# What an architecture calls things; files that only map its name to a directory
# may have it.
NAMES = re.compile(
    r"\b(?:x86(?:_64)?|amd64|arm64|aarch64|riscv|loongarch|s390x?|powerpc|mips|parisc|sparc|nios2"
    r"|CONFIG_(?:X86|ARM)\w*|X86_\w+|asm/\w+\.h|INT3|int3|ENDBR\w*|endbr\w*|BTI|BRK|CR3|TTBR0"
    r"|(?:un)?use_temporary_mm|text_poke\w*)\b"
)
NAMES_ALLOWED = ("Kbuild", "arch.rs")


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def code_of(text):
    """The text without comments, strings and characters; lines stay."""
    token = re.compile(r'//[^\n]*|/\*.*?\*/|b?"(?:\\.|[^"\\])*"|b?\'(?:\\.|[^\'\\])\'', re.S)
    return token.sub(lambda m: "\n" * m.group(0).count("\n"), text)


def close(text, at):
    """Where the brace closes that opens at @at."""
    depth = 0
    for i in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return len(text)


def paths_of(tree):
    """The paths of a use tree: "a::{b, c::{self, d}}" is a::b, a::c, a::c::d."""
    tree = tree.strip()
    brace = tree.find("{")
    if brace < 0:
        name = re.split(r"\s+as\s+", tree)[0].strip()
        return [name.removesuffix("::*")] if name else []
    prefix = tree[:brace].strip().removesuffix("::")
    found, depth, part = [], 0, ""
    for c in tree[brace + 1 : close(tree, brace)] + ",":
        depth += {"{": 1, "}": -1}.get(c, 0)
        if c == "," and depth == 0:
            for path in paths_of(part):
                found.append(prefix if path == "self" else f"{prefix}::{path}" if prefix else path)
            part = ""
        else:
            part += c
    return found


class File:
    def __init__(self, root, path):
        self.path = path
        self.text = read(os.path.join(root, path))
        self.module = path.removesuffix(".rs").split("/")
        self.floor = self.module[0]

    def uses(self):
        """Yields (line, path): what it takes from its own crate, and from others as "extern::NAME"."""
        code = code_of(self.text)
        spans = []
        for m in re.finditer(r"\buse\s+([^;]+);", code):
            spans.append(m.span())
            line = code.count("\n", 0, m.start()) + 1
            for path in paths_of(m.group(1)):
                yield line, self.absolute(path)
        for m in re.finditer(r"\b((?:crate|super)(?:::\w+)+)", code):
            if not any(a <= m.start() < b for a, b in spans):
                yield code.count("\n", 0, m.start()) + 1, self.absolute(m.group(1))

    def absolute(self, path):
        parts = [p for p in path.split("::") if p]
        if parts and parts[0] == "crate":
            return parts[1:]
        base = list(self.module)
        if parts and parts[0] in ("super", "self"):
            while parts and parts[0] in ("super", "self"):
                if parts.pop(0) == "super":
                    base.pop()
            return base + parts
        if parts and parts[0] in self.children():
            return base + parts
        return ["extern"] + parts

    def children(self):
        return set(re.findall(r"^(?:pub\(crate\) |pub\(super\) )?mod (\w+);", self.text, re.M))


class Tree:
    def __init__(self, root):
        self.root = root
        paths = [os.path.relpath(os.path.join(d, f), root) for d, _, fs in os.walk(root) for f in fs]
        paths = sorted(p for p in paths if not re.search(r"_generated\.rs$|\.mod\.c$", p))
        self.files = {p: File(root, p) for p in paths if p.endswith(".rs")}
        self.others = [p for p in paths if p.endswith((".c", ".h")) or p.endswith("Kbuild")]
        self.floors, self.pure = [], set()
        for line in self.files[MAIN].text.splitlines():
            if m := FIGURE.match(line):
                self.floors.append(m.group(1))
                if m.group(2):
                    self.pure.add(m.group(1))

    def file_of(self, path):
        """The file that a path of the crate leads to, and None for another crate's."""
        for n in range(len(path), 0, -1):
            name = "/".join(path[:n]) + ".rs"
            if name in self.files:
                return name
        return None

    def check(self):
        faults = []
        if len(self.floors) < 2:
            faults.append(f"{MAIN}: figure: no floors in it")
        for floor in self.floors:
            if f"{floor}.rs" not in self.files:
                faults.append(f"{MAIN}: figure: there is no {floor}.rs")
        for path, file in self.files.items():
            if path != MAIN and file.floor not in self.floors:
                faults.append(f"{path}: figure: {MAIN} does not have it")
        return faults or [*self.up(), *self.circles(), *self.impure(), *self.names(), *self.ports()]

    def edges(self):
        for path, file in self.files.items():
            for line, used in file.uses():
                target = self.file_of(used)
                if target and target != path:
                    yield path, line, target, used

    def up(self):
        for path, line, target, used in self.edges():
            a, b = self.files[path].floor, self.files[target].floor
            if MAIN not in (path, target) and self.floors.index(b) < self.floors.index(a):
                yield f"{path}:{line}: up: {a} uses {'::'.join(used)}"

    def circles(self):
        graph = {}
        for path, _, target, _ in self.edges():
            if self.files[path].floor == self.files[target].floor:
                graph.setdefault(path, set()).add(target)
        done, stack = set(), []

        def walk(path):
            if path in stack:
                yield f"{path}: circle: {' -> '.join([*stack[stack.index(path):], path])}"
            elif path not in done:
                stack.append(path)
                for target in sorted(graph.get(path, ())):
                    yield from walk(target)
                stack.pop()
                done.add(path)

        for path in sorted(graph):
            yield from walk(path)

    def impure(self):
        for path, file in self.files.items():
            is_row = re.fullmatch(r"arch/\w+/params\.rs", path)
            if file.floor not in self.pure and not is_row:
                continue
            for line, used in file.uses():
                used = "::".join(used)
                if used.startswith(("extern::core", "extern::Self")) or used.startswith(ATOMICS):
                    continue
                if used.split("::")[0] in self.pure:
                    continue
                yield f"{path}:{line}: pure: {used.removeprefix('extern::')}"

    def names(self):
        for path in [*self.files, *self.others]:
            if path.startswith("arch/") or path in NAMES_ALLOWED:
                continue
            for nr, line in enumerate(read(os.path.join(self.root, path)).splitlines(), 1):
                if m := NAMES.search(line):
                    yield f"{path}:{nr}: names: {m.group(0)}"

    def ports(self):
        arch = self.files["arch.rs"]
        wanted = set()
        for m in re.finditer(r"use\s+(port::[^;]+);", code_of(arch.text)):
            wanted |= {path.split("::")[-1] for path in paths_of(m.group(1))}
        # A port is a file with a directory.
        names = [p for p in self.files if re.fullmatch(r"arch/\w+\.rs", p) and f"{p[:-3]}/params.rs" in self.files]
        if not wanted or not names:
            yield "arch.rs: port: there is none"
        for name in names:
            code = code_of(self.files[name].text)
            given = set(re.findall(r"^pub\(crate\) (?:const fn|unsafe fn|fn|const|static|struct|enum|type) (\w+)", code, re.M))
            for m in re.finditer(r"^pub\(crate\) use\s+([^;]+);", code, re.M):
                given |= {path.split("::")[-1] for path in paths_of(m.group(1))}
            for item in sorted(wanted ^ given):
                yield f"{name}: port: {item} is {'missing' if item in wanted else 'not asked for'}"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    faults = Tree(sys.argv[1]).check()
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
