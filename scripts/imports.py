# SPDX-License-Identifier: GPL-2.0
"""Holds the Rust files of a directory against its floors.

usage: imports.py RUST

The floors are directories of RUST, with a file beside each. Their order is that
of the figure in the crate's documentation, jitalloc_main.rs, from the top down.
Prints a line for each of these:

up      a file uses a floor above its own, or the root
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
ATOMICS = ["sys", "atomic"]
# What architectures call themselves, their instructions and what only they have.
# Also as a part of a name: jit_x86_flush, INT3_INSN_SIZE.
NAMES = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?i:x86|amd64|i386|arm64|aarch64|armv[78]|riscv|risc-v|loongarch|s390|powerpc|ppc|mips|parisc|sparc|nios2)"
    r"(?:32|64|x)?|CONFIG_ARM|Intel|AMD|INT3|int3|ENDBR(?:32|64)?|endbr(?:32|64)?|BTI|BRK|CR3|TTBR[01]"
    r"|temporary_mm|text_poke)(?![A-Za-z0-9])"
    r"|\basm/[\w/-]+\.h"
)
# Where one of them has to be said, to choose its directory: nowhere else in these files.
NAMES_ALLOWED = {
    "Kbuild": re.compile(r"port-\$\(CONFIG_\w+\) *:= \w+|BINDGEN_TARGET_\w+ *:= \S+"),
    "arch.rs": re.compile(r"#\[cfg\([\w(), ]*\)\]|mod \w+;|use \w+ as port;"),
}
# Heads of paths that are no crate's
NO_CRATE = re.compile(r"[iu](?:8|16|32|64|128|size)|bool|char|str|f32|f64|clippy|rustfmt")


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def code_of(text):
    """The text without comments, strings and characters; lines stay."""
    token = re.compile(
        r"//[^\n]*|/\*|[bc]?r(#*)\".*?\"\1|[bc]?\"(?:\\.|[^\"\\])*\"|b?'(?:\\[^\n']+|\\'|[^'\\])'", re.S
    )
    out, at = [], 0
    while m := token.search(text, at):
        out.append(text[at : m.start()])
        at = m.end()
        depth = int(m.group(0) == "/*")
        # Comments nest.
        while depth and (c := re.compile(r"/\*|\*/").search(text, at)):
            depth += 1 if c.group(0) == "/*" else -1
            at = c.end()
        out.append("\n" * text.count("\n", m.start(), at) or " ")
    return "".join(out) + text[at:]


def closing(text, at, pair="{}"):
    """Where the bracket closes that opens at @at."""
    depth = 0
    for i in range(at, len(text)):
        depth += {pair[0]: 1, pair[1]: -1}.get(text[i], 0)
        if depth == 0:
            return i
    return len(text)


def paths_of(tree):
    """The paths of a use tree, and the names that they get: "a::{b as x, c::*}" is (a::b, x), (a::c, *)."""
    tree = tree.strip()
    brace = tree.find("{")
    if brace < 0:
        path, _, name = re.sub(r"\s+", " ", tree).partition(" as ")
        name = name or path.split("::")[-1]
        return [(re.sub(r"(^|::)\*$", "", path), name)] if path else []
    prefix = tree[:brace].strip().removesuffix("::")
    found, depth, part = [], 0, ""
    for c in tree[brace + 1 : closing(tree, brace)] + ",":
        depth += {"{": 1, "}": -1}.get(c, 0)
        if c == "," and depth == 0:
            for path, name in paths_of(part):
                if path == "self":
                    path, name = "", prefix.split("::")[-1] if name == "self" else name
                found.append(("::".join(p for p in (prefix, path) if p), name))
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
        bound, imports = set(), []

        def import_of(m):
            line = code.count("\n", 0, m.start()) + 1
            for path, name in paths_of(m.group(1)):
                imports.append((line, self.absolute(path)))
                bound.add(name)
            return "\n" * m.group(0).count("\n")

        rest = re.sub(r"\buse\s+([^;]+);", import_of, code)
        yield from imports
        for m in re.finditer(r"(?<![\w:>.])(::|\$)?([a-z]\w*)((?:::\w+)+)", rest):
            # What a use line has brought has been yielded with it.
            if m.group(1) != "::" and (m.group(2) in bound or NO_CRATE.fullmatch(m.group(2))):
                continue
            yield rest.count("\n", 0, m.start()) + 1, self.absolute(m.group(2) + m.group(3))

    def absolute(self, path):
        parts = [p for p in path.split("::") if p]
        if parts and parts[0] == "crate":
            return parts[1:]
        base = list(self.module)
        if parts and parts[0] in ("super", "self"):
            while parts and parts[0] in ("super", "self"):
                if parts.pop(0) == "super":
                    base = base[:-1]
            return base + parts
        if parts and parts[0] in self.children():
            return base + parts
        return ["extern"] + parts

    def children(self):
        return set(re.findall(r"^(?:pub(?:\([^)]*\))? )?mod (\w+);", self.text, re.M))


class Tree:
    def __init__(self, root):
        self.root = root
        paths = [os.path.relpath(os.path.join(d, f), root) for d, _, fs in os.walk(root) for f in fs]
        paths = sorted(p for p in paths if not re.search(r"_generated\.rs$|\.mod\.c$", p))
        self.files = {p: File(root, p) for p in paths if p.endswith(".rs")}
        self.others = [p for p in paths if p.endswith((".c", ".h", ".S", "Kbuild", "Makefile"))]
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
        for path, file in self.files.items():
            for line, used in file.uses():
                if path != MAIN and used[:1] != ["extern"] and not set(used[:1]) & set(self.floors):
                    yield f"{path}:{line}: up: {file.floor} uses {'::'.join(['crate', *used])}, which is no floor"

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
                if used[:1] == ["extern"]:
                    used = used[1:]
                    # A type is in scope, or it was brought there.
                    if used[0] == "core" or used[0][0].isupper():
                        continue
                elif used[:2] == ATOMICS or used[:1] and used[0] in self.pure:
                    continue
                yield f"{path}:{line}: pure: {'::'.join(used)}"

    def names(self):
        for path in [*self.files, *self.others]:
            if path.startswith("arch/"):
                continue
            allowed = NAMES_ALLOWED.get(path)
            for nr, line in enumerate(read(os.path.join(self.root, path)).splitlines(), 1):
                if (m := NAMES.search(line)) and not (allowed and allowed.fullmatch(line)):
                    yield f"{path}:{nr}: names: {m.group(0)}"

    def ports(self):
        arch = self.files["arch.rs"]
        wanted = set()
        for m in re.finditer(r"use\s+(port::[^;]+);", code_of(arch.text)):
            wanted |= {path.split("::")[-1] for path, _ in paths_of(m.group(1))}
        # A port is a directory; one with nothing but a row is none yet.
        ports = {m.group(1) for p in [*self.files, *self.others]
                 if (m := re.match(r"arch/(\w+)/(?!params\.rs$)", p))}
        if not wanted or not ports:
            yield "arch.rs: port: there is none"
        for port in sorted(ports):
            name = f"arch/{port}.rs"
            if port not in arch.children():
                yield f"arch.rs: port: {port} is in no mod line"
            if name not in self.files:
                yield f"{name}: port: it is missing, but its directory is there"
                continue
            code = code_of(self.files[name].text)
            given = set(
                re.findall(
                    r"^pub(?:\([^)]*\))?\s+(?:(?:const|async|unsafe|extern)\s+)*"
                    r"(?:fn|const|static(?:\s+mut)?|struct|enum|union|type|trait|mod)\s+(\w+)",
                    code,
                    re.M,
                )
            )
            for m in re.finditer(r"^pub(?:\([^)]*\))?\s+use\s+([^;]+);", code, re.M):
                given |= {item for _, item in paths_of(m.group(1))}
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
