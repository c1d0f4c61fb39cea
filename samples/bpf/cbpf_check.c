// SPDX-License-Identifier: GPL-2.0
/*
 * Which classic BPF programs are good. The rules are those that the kernel
 * applies to a socket filter: what passes here ends, stays inside its
 * scratch memory and never reads a word of it that it has not written.
 */
#include "cbpf.h"

static bool is_known(const struct sock_filter *insn)
{
	switch (insn->code) {
	case BPF_LD | BPF_W | BPF_ABS:
	case BPF_LD | BPF_H | BPF_ABS:
	case BPF_LD | BPF_B | BPF_ABS:
	case BPF_LD | BPF_W | BPF_IND:
	case BPF_LD | BPF_H | BPF_IND:
	case BPF_LD | BPF_B | BPF_IND:
	case BPF_LD | BPF_W | BPF_LEN:
	case BPF_LD | BPF_IMM:
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_B | BPF_MSH:
	case BPF_LDX | BPF_W | BPF_LEN:
	case BPF_LDX | BPF_IMM:
	case BPF_LDX | BPF_MEM:
	case BPF_ST:
	case BPF_STX:
	case BPF_MISC | BPF_TAX:
	case BPF_MISC | BPF_TXA:
	case BPF_RET | BPF_K:
	case BPF_RET | BPF_A:
	case BPF_JMP | BPF_JA:
	case BPF_ALU | BPF_NEG:
		return true;
	}

	/* What is left comes with a constant and with X, and no other bit. */
	switch (insn->code & ~BPF_X) {
	case BPF_ALU | BPF_ADD:
	case BPF_ALU | BPF_SUB:
	case BPF_ALU | BPF_MUL:
	case BPF_ALU | BPF_DIV:
	case BPF_ALU | BPF_MOD:
	case BPF_ALU | BPF_AND:
	case BPF_ALU | BPF_OR:
	case BPF_ALU | BPF_XOR:
	case BPF_ALU | BPF_LSH:
	case BPF_ALU | BPF_RSH:
	case BPF_JMP | BPF_JEQ:
	case BPF_JMP | BPF_JGT:
	case BPF_JMP | BPF_JGE:
	case BPF_JMP | BPF_JSET:
		return true;
	}
	return false;
}

/* The top of the offsets names facts about the packet, not bytes of it. */
static bool is_unknown_ancillary(u32 k)
{
	u32 field = k - (u32)SKF_AD_OFF;

	if (k < (u32)SKF_AD_OFF)
		return false;
	return field >= SKF_AD_MAX || field % 4;
}

static bool is_branch(const struct sock_filter *insn)
{
	return BPF_CLASS(insn->code) == BPF_JMP &&
	       BPF_OP(insn->code) != BPF_JA;
}

static const char *fault_of(const struct cbpf_prog *prog, unsigned int pc)
{
	const struct sock_filter *insn = &prog->insn[pc];
	unsigned int left = prog->len - pc - 1;

	if (!is_known(insn))
		return "unknown opcode";
	if (is_branch(insn)) {
		if (insn->jt >= left || insn->jf >= left)
			return "jump out of the program";
		return NULL;
	}

	switch (insn->code) {
	case BPF_LD | BPF_W | BPF_ABS:
	case BPF_LD | BPF_H | BPF_ABS:
	case BPF_LD | BPF_B | BPF_ABS:
		if (is_unknown_ancillary(insn->k))
			return "unknown ancillary load";
		break;
	case BPF_ALU | BPF_DIV | BPF_K:
	case BPF_ALU | BPF_MOD | BPF_K:
		if (insn->k == 0)
			return "division by zero";
		break;
	case BPF_ALU | BPF_LSH | BPF_K:
	case BPF_ALU | BPF_RSH | BPF_K:
		if (insn->k >= 32)
			return "shift by 32 bits or more";
		break;
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_MEM:
	case BPF_ST:
	case BPF_STX:
		if (insn->k >= BPF_MEMWORDS)
			return "no such scratch word";
		break;
	case BPF_JMP | BPF_JA:
		if (insn->k >= left)
			return "jump out of the program";
		break;
	}
	return NULL;
}

/*
 * Every jump goes forward, so one walk sees all ways to an instruction
 * before the instruction itself. What follows an unconditional jump is only
 * reached by other jumps; a return is not told apart, which is stricter than
 * needed and is what the kernel does.
 */
static int find_unwritten(struct cbpf_prog *prog)
{
	u16 now = 0;
	unsigned int pc;

	memset(prog->written, 0xff, prog->len * sizeof(*prog->written));
	for (pc = 0; pc < prog->len; pc++) {
		const struct sock_filter *insn = &prog->insn[pc];

		now &= prog->written[pc];
		if (is_branch(insn)) {
			prog->written[pc + 1 + insn->jt] &= now;
			prog->written[pc + 1 + insn->jf] &= now;
			now = 0xffff;
			continue;
		}
		switch (insn->code) {
		case BPF_ST:
		case BPF_STX:
			now |= 1 << insn->k;
			break;
		case BPF_LD | BPF_MEM:
		case BPF_LDX | BPF_MEM:
			if (!(now & (1 << insn->k)))
				return pc;
			break;
		case BPF_JMP | BPF_JA:
			prog->written[pc + 1 + insn->k] &= now;
			now = 0xffff;
			break;
		}
	}
	return -1;
}

/**
 * cbpf_check - decide whether a program may be compiled
 * @prog: the program
 * @err: what is wrong with it, if something is
 *
 * Return: 0, or -EINVAL.
 */
int cbpf_check(struct cbpf_prog *prog, struct cbpf_error *err)
{
	unsigned int pc;

	err->insn = -1;
	if (prog->len == 0 || prog->len > BPF_MAXINSNS) {
		err->why = "no instructions, or more than 4096";
		return -EINVAL;
	}

	for (pc = 0; pc < prog->len; pc++) {
		err->why = fault_of(prog, pc);
		if (err->why) {
			err->insn = pc;
			return -EINVAL;
		}
	}

	if (BPF_CLASS(prog->insn[prog->len - 1].code) != BPF_RET) {
		err->insn = prog->len - 1;
		err->why = "the last instruction is not a return";
		return -EINVAL;
	}

	err->insn = find_unwritten(prog);
	if (err->insn >= 0) {
		err->why = "read of a scratch word that may be unwritten";
		return -EINVAL;
	}
	return 0;
}
