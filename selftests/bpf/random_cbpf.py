# SPDX-License-Identifier: GPL-2.0
"""Random classic BPF programs, good ones and damaged ones."""

from cbpf import Insn

LD, LDX, ST, STX, ALU, JMP, RET, MISC = range(8)
W, H, B = 0x00, 0x08, 0x10
IMM, ABS, IND, MEM, LEN, MSH = 0x00, 0x20, 0x40, 0x60, 0x80, 0xA0
ADD, SUB, MUL, DIV, OR, AND, LSH, RSH, NEG, MOD, XOR = range(0x00, 0xB0, 0x10)
JA, JEQ, JGT, JGE, JSET = range(0x00, 0x50, 0x10)
K, X, A = 0x00, 0x08, 0x10
TAX, TXA = 0x00, 0x80

AD_OFF, NET_OFF, LL_OFF = 0xFFFFF000, 0xFFF00000, 0xFFE00000
AD_MAX, AD_RANDOM = 64, 56

EDGES = [0, 1, 2, 3, 12, 14, 20, 23, 31, 34, 127, 128, 255, 256, 0x7FFF, 0x8000,
         0xFFFF, 0x7FFFFFFC, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFF80,
         0xFFFFFFFF]


def value(rng):
    return rng.choice([rng.choice(EDGES), rng.randrange(80), rng.getrandbits(32)])


def offset(rng):
    kind = rng.randrange(24)
    if kind == 0:
        return min(value(rng), AD_OFF - 1)
    if kind < 3:
        return rng.choice([NET_OFF, LL_OFF]) + rng.randrange(44)
    if kind == 3:
        return rng.randrange(3000)
    return rng.randrange(54)


def load(rng, readable):
    size = rng.choice([W, H, B])
    kind = rng.randrange(10)
    if kind < 3:
        return Insn(LD | size | ABS, 0, 0, offset(rng))
    if kind == 3:
        return Insn(LD | size | IND, 0, 0, rng.randrange(-40, 40) & 0xFFFFFFFF)
    if kind == 4:
        # A random number cannot be the same twice.
        field = rng.choice([f for f in range(0, AD_MAX, 4) if f != AD_RANDOM])
        return Insn(LD | size | ABS, 0, 0, AD_OFF + field)
    if kind == 5:
        return Insn(LDX | B | MSH, 0, 0, offset(rng))
    if kind == 6:
        return Insn(rng.choice([LD, LDX]) | LEN, 0, 0, 0)
    if kind == 7:
        return Insn(LD | IMM, 0, 0, value(rng))
    if kind == 8:
        return Insn(LDX | IMM, 0, 0, rng.randrange(54))
    if not readable:
        return Insn(MISC | rng.choice([TAX, TXA]), 0, 0, 0)
    return Insn(rng.choice([LD, LDX]) | MEM, 0, 0, rng.choice(sorted(readable)))


def arithmetic(rng):
    op = rng.randrange(11) << 4
    if op == NEG:
        return Insn(ALU | NEG, 0, 0, 0)
    if rng.randrange(2):
        return Insn(ALU | op | X, 0, 0, 0)
    k = value(rng)
    if op in (LSH, RSH):
        k &= 31
    if op in (DIV, MOD):
        k = k or 1
    return Insn(ALU | op | K, 0, 0, k)


def jump(rng, room):
    if rng.randrange(12) == 0:
        return Insn(JMP | JA, 0, 0, rng.randrange(min(room, 5) + 1))
    return Insn(JMP | rng.choice([JEQ, JGT, JGE, JSET]) | rng.choice([K, X]),
                rng.randrange(min(room, 5) + 1), rng.randrange(min(room, 5) + 1),
                value(rng))


def good(rng, length):
    """A program that the kernel takes; it reads only words it wrote first."""
    readable = set()
    prog = []
    while len(prog) < length - 1 and rng.randrange(5):
        word = rng.randrange(16)
        prog.append(Insn(LD | IMM, 0, 0, value(rng)))
        if len(prog) < length - 1:
            prog.append(Insn(rng.choice([ST, STX]), 0, 0, word))
            readable.add(word)
    while len(prog) < length - 1:
        kind = rng.randrange(16)
        if kind < 8:
            prog.append(load(rng, readable))
        elif kind < 12:
            prog.append(arithmetic(rng))
        elif kind == 12:
            prog.append(Insn(rng.choice([ST, STX]), 0, 0, rng.randrange(16)))
        else:
            prog.append(jump(rng, length - len(prog) - 2))
    prog.append(Insn(RET | A, 0, 0, 0))
    return prog


def damaged(rng, length):
    """A good program with one field of one instruction changed."""
    prog = good(rng, length)
    at = rng.choice([rng.randrange(length), length - 1])
    insn = prog[at]
    prog[at] = rng.choice([
        insn._replace(code=rng.getrandbits(16)),
        insn._replace(code=insn.code ^ 1 << rng.randrange(8)),
        insn._replace(jt=rng.getrandbits(8), jf=rng.getrandbits(8)),
        insn._replace(k=value(rng)),
        Insn(rng.choice([LD, LDX]) | MEM, 0, 0, rng.randrange(24)),
        Insn(LD | ABS | rng.choice([W, H, B]), 0, 0, AD_OFF + rng.randrange(100)),
    ])
    return prog
