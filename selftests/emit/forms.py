# SPDX-License-Identifier: GPL-2.0
"""Judge the code that jit_test_emit prints, by what objdump reads in it.

What it has to be, the kernel says: in its log, in sysfs, and in what its own
compilers have made of the same, for C in the module and for BPF.
Standard input has the lines of the module; prints "ok NAME" and "not ok NAME".
"""

import os
import re
import subprocess
import sys
import tempfile

VULNERABILITIES = "/sys/devices/system/cpu/vulnerabilities/"
MODULE = "/sys/kernel/debug/jit_test_emit/"
X86_REGS = "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split()
ARM_REGS = "r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 sl fp ip sp lr pc".split()


def read(path):
    """The contents of a file, of which there may be none."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""


def disassemble(address, code, machine):
    """The instructions in some code, as a list of (address, text)."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(code)
        file.flush()
        out = subprocess.run(
            ["objdump", "-D", "-z", "-b", "binary", "-m", machine,
             "--no-show-raw-insn", f"--adjust-vma={address:#x}", file.name],
            check=True, capture_output=True, text=True).stdout
    insns = []
    for line in out.splitlines():
        match = re.match(r" *([0-9a-f]+):\t(.*)", line)
        if match:
            text = re.sub(r"\s+", " ", re.split(r"[;@]|\s//| <", match[2])[0]).strip()
            insns.append((int(match[1], 16), text))
    return insns


class Machine:
    """What all architectures have: forms, and symbols for addresses."""

    def __init__(self, lines):
        self.forms = {}
        self.thunk = None
        for line in lines:
            words = line.split()
            if words[:2] == ["#", "return"]:
                self.thunk = words[2]
            elif words[:1] == ["#"] and len(words) >= 4:
                name = " ".join(words[1:-2])
                self.forms[name] = (int(words[-2], 16), bytes.fromhex(words[-1]))
        self.symbols = {}
        for line in read("/proc/kallsyms").splitlines():
            address, _, name = line.split()[:3]
            self.symbols.setdefault(int(address, 16), set()).add(name)

    def name(self, address):
        """What is at an address: a thunk's name, or what it does."""
        names = [n for n in self.symbols.get(address, ())
                 if "thunk" in n and not n.startswith("__pi_") and not n.endswith("_array")]
        return names[0] if names else self.unnamed(address)

    def unnamed(self, address):
        """The instruction that is at an address without a name."""
        with open("/sys/module/jit_test_emit/parameters/peek", "w", encoding="ascii") as file:
            file.write(f"{address:#x}")
        with open(MODULE + "run", "w", encoding="ascii") as file:
            file.write("peek")
        words = read(MODULE + "results").split()
        code = disassemble(address, bytes.fromhex(words[3]), self.MACHINE)
        return f"{code[0][1]} in half {address >> 5 & 1}"

    def read(self, form):
        """The instructions of a form, with names for where they go."""
        return [re.sub(r"^(jmp|call) 0x([0-9a-f]+)$",
                       lambda m: f"{m[1]} {self.name(int(m[2], 16))}", text)
                for _, text in disassemble(*self.forms[form], self.MACHINE)]


class X86(Machine):
    """x86-64, where everything depends on mitigations."""

    MACHINE = "i386:x86-64"
    PAD = ["endbr64"]
    REGS = range(16)
    CONSTANT = r"mov \$0x2a,%eax"

    def has_reg(self, reg):
        return reg != 4

    def returns(self):
        thunk = re.search(r"active return thunk: (\w+)",
                          subprocess.run("dmesg", capture_output=True, text=True,
                                         check=True).stdout)
        return [f"jmp {thunk[1]}"] if thunk else ["ret", "int3"]

    def branch(self, what, reg):
        reg = X86_REGS[reg]
        spectre = read(VULNERABILITIES + "spectre_v2")
        insn = "call" if what == "call" else "jmp"
        end = ["int3"] if what == "jump" else []
        if "LFENCE" in spectre:
            return [["lfence", f"{insn} *%{reg}"]]
        if "Retpolines" in spectre:
            kind = ""
            if "Stuffing" in read(VULNERABILITIES + "retbleed"):
                kind = f"{what}_"
            return [[f"{insn} __x86_indirect_{kind}thunk_{reg}"]]
        if "Aligned branch" in read(VULNERABILITIES + "indirect_target_selection"):
            return [[f"{insn} jmp *%{reg} in half 1"]]
        return [[f"{insn} *%{reg}"] + end]

    def read(self, form):
        insns = []
        for text in super().read(form):
            # Prefixes that are there for the length only
            text = re.sub(r"^(cs |ds |notrack |bnd )+", "", text)
            text = re.sub(r"^(jmp|call)q? ", r"\1 ", text)
            text = re.sub(r"^retq$", "ret", text)
            text = re.sub(r"^(jmp|call) 0x([0-9a-f]+)$",
                          lambda m: f"{m[1]} {self.name(int(m[2], 16))}", text)
            insns.append(text)
        while form.startswith("jump") and insns[-2:] == ["int3", "int3"]:
            insns.pop()
        return insns


class Arm64(Machine):
    """arm64, where nothing does."""

    MACHINE = "aarch64"
    PAD = ["bti c"]
    REGS = range(32)
    CONSTANT = r"mov w0, #0x2a"

    def has_reg(self, reg):
        return reg < 31

    def returns(self):
        return ["ret"]

    def branch(self, what, reg):
        return [[f"{'blr' if what == 'call' else 'br'} x{reg}"]]


class Arm(Machine):
    """32-bit arm."""

    MACHINE = "arm"
    PAD = []
    REGS = range(16)
    CONSTANT = r"mov r0, #42"

    def has_reg(self, reg):
        return reg not in (13, 15)

    def returns(self):
        return ["bx lr"]

    def branch(self, what, reg):
        return [[f"{'blx' if what == 'call' else 'bx'} {ARM_REGS[reg]}"]]


def report(good, name, *why):
    """One result, and what was found if it is a bad one."""
    if not good:
        print("#", *why)
    print("ok" if good else "not ok", name)


def branches(machine, what):
    """Whether each register has the branch that this kernel wants."""
    regs = [reg for reg in machine.REGS if machine.has_reg(reg)]
    wrong = [(reg, machine.read(f"{what} {reg}"), machine.branch(what, reg)[0])
             for reg in regs
             if machine.read(f"{what} {reg}") not in machine.branch(what, reg)]
    example = machine.branch(what, regs[0])[0]
    report(not wrong, f"{what}s by {len(regs)} registers: {'; '.join(example)}", *wrong)


def main():
    """All of it."""
    arch = os.uname().machine
    machine = {"x86_64": X86, "aarch64": Arm64}.get(arch, Arm)(sys.stdin)

    function = machine.read("function")
    pads = len(machine.PAD)
    report(function[:pads] == machine.PAD, "a function begins with a landing pad", function)
    report(function[pads:] == machine.returns(),
           "it returns as the kernel does: " + "; ".join(machine.returns()), function)
    named = [machine.thunk] if machine.thunk not in ("0x0", "(null)") else []
    wanted = [insn.split()[1] for insn in machine.returns() if insn.startswith("jmp")]
    report(named == wanted, "it says where returns go", machine.thunk)
    branches(machine, "call")
    branches(machine, "jump")

    compiled = machine.read("compiled_return")
    constant = [i for i, insn in enumerate(compiled) if re.fullmatch(machine.CONSTANT, insn)]
    report(constant and compiled[constant[0] + 1] == function[pads],
           "as the compiler's code does", compiled)
    compiled = machine.read("compiled_call")
    # Whichever register it has taken
    calls = [machine.read(f"call {reg}") for reg in machine.REGS if machine.has_reg(reg)]
    report(any(compiled[at:at + len(call)] == call for call in calls for at in range(1, len(compiled))),
           "so does what the compiler calls through a register", compiled)
    bpf = machine.read("bpf")
    if arch == "x86_64":
        report(bpf[:pads] == machine.PAD and bpf[-len(function) + pads:] == function[pads:],
               "and the kernel's own BPF", bpf)
    else:
        print("ok and the kernel's own BPF # SKIP its return is behind what is printed")


main()
