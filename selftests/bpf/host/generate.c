// SPDX-License-Identifier: GPL-2.0
/*
 * Random classic BPF programs: good ones, and good ones with one thing
 * changed.
 */
#include "generate.h"
#include "packet.h"

static struct sock_filter stmt(u16 code, u32 k)
{
	return (struct sock_filter){ code, 0, 0, k };
}

/* Mostly offsets that packets have; some at the edges of the number line. */
static u32 offset(void)
{
	u32 value;

	switch (below(32)) {
	case 0:
		value = rnd_value();
		return value < (u32)SKF_AD_OFF ? value : value & 0xff;
	case 1:
		return (u32)SKF_NET_OFF + below(40);
	case 2:
		return (u32)SKF_LL_OFF + below(40);
	case 3:
		return below(PACKET_MAX);
	default:
		return below(48);
	}
}

static struct sock_filter load(u16 readable)
{
	static const u16 sizes[] = { BPF_W, BPF_H, BPF_B };
	u16 size = sizes[below(3)];
	u32 word = below(BPF_MEMWORDS);

	switch (below(10)) {
	case 0:
	case 1:
		return stmt(BPF_LD | size | BPF_ABS, offset());
	case 2:
		return stmt(BPF_LD | size | BPF_IND,
			    below(3) ? below(32) : 0 - below(64));
	case 3:
		return stmt(BPF_LD | size | BPF_ABS,
			    (u32)SKF_AD_OFF + 4 * below(SKF_AD_MAX / 4));
	case 4:
		return stmt(BPF_LDX | BPF_MSH | BPF_B, offset());
	case 5:
		return stmt((below(2) ? BPF_LD : BPF_LDX) | BPF_LEN, 0);
	case 6:
		return stmt(BPF_LD | BPF_IMM, rnd_value());
	case 7:
		return stmt(BPF_LDX | BPF_IMM,
			    below(2) ? below(64) : rnd_value());
	default:
		if (!(readable & 1 << word))
			return stmt(BPF_MISC | (below(2) ? BPF_TAX : BPF_TXA), 0);
		return stmt((below(2) ? BPF_LD : BPF_LDX) | BPF_MEM, word);
	}
}

static struct sock_filter arithmetic(void)
{
	static const u16 ops[] = {
		BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_MOD, BPF_AND, BPF_OR,
		BPF_XOR, BPF_LSH, BPF_RSH, BPF_NEG,
	};
	u16 op = ops[below(ARRAY_SIZE(ops))];
	u32 k = rnd_value();

	if (op == BPF_NEG)
		return stmt(BPF_ALU | BPF_NEG, 0);
	if (below(2))
		return stmt(BPF_ALU | op | BPF_X, 0);
	if (op == BPF_LSH || op == BPF_RSH)
		k &= 31;
	if ((op == BPF_DIV || op == BPF_MOD) && k == 0)
		k = 1;
	return stmt(BPF_ALU | op | BPF_K, k);
}

/* A jump over at most @room instructions. */
static struct sock_filter jump(unsigned int room)
{
	static const u16 ops[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	unsigned int near = room < 6 ? room : 6, far = room < 255 ? room : 255;
	struct sock_filter insn;

	if (below(12) == 0)
		return stmt(BPF_JMP | BPF_JA, below(near + 1));
	insn = stmt(BPF_JMP | ops[below(4)] | (below(2) ? BPF_X : BPF_K),
		    rnd_value());
	insn.jt = below((below(16) ? near : far) + 1);
	insn.jf = below((below(16) ? near : far) + 1);
	return insn;
}

static struct sock_filter give_back(void)
{
	if (below(3))
		return stmt(BPF_RET | BPF_A, 0);
	return stmt(BPF_RET | BPF_K, rnd_value());
}

/* Some scratch words are written first, and only those are ever read. */
void generate_valid(struct cbpf_prog *prog, unsigned int len)
{
	u16 readable = 0;
	unsigned int pc = 0;

	prog->len = len;
	while (pc + 1 < len && below(5)) {
		u32 word = below(BPF_MEMWORDS);

		if (below(3)) {
			prog->insn[pc++] = below(2) ? arithmetic() :
					   stmt(BPF_LD | BPF_IMM, rnd_value());
		} else {
			prog->insn[pc++] = stmt(below(2) ? BPF_ST : BPF_STX,
						word);
			readable |= 1 << word;
		}
	}
	for (; pc + 1 < len; pc++) {
		switch (below(16)) {
		case 0 ... 6:
			prog->insn[pc] = load(readable);
			break;
		case 7 ... 11:
			prog->insn[pc] = arithmetic();
			break;
		case 12:
			prog->insn[pc] = stmt(below(2) ? BPF_ST : BPF_STX,
					      below(BPF_MEMWORDS));
			break;
		case 13:
			prog->insn[pc] = below(8) ? arithmetic() : give_back();
			break;
		default:
			prog->insn[pc] = jump(len - pc - 2);
			break;
		}
	}
	prog->insn[pc] = give_back();
}

/* A good program in which some field of some instruction is anything. */
void generate_damaged(struct cbpf_prog *prog, unsigned int len)
{
	struct sock_filter *insn;

	generate_valid(prog, len);
	insn = &prog->insn[below(4) ? below(len) : len - 1];
	switch (below(6)) {
	case 0:
		insn->code = rnd();
		break;
	case 1:
		insn->code ^= 1 << below(8);
		break;
	case 2:
		insn->jt = rnd();
		insn->jf = rnd();
		break;
	case 3:
		insn->k = rnd_value();
		break;
	case 4:
		insn->code = below(2) ? BPF_LD | BPF_MEM : BPF_LDX | BPF_MEM;
		insn->k = below(24);
		break;
	default:
		insn->code = BPF_LD | BPF_ABS | (below(3) << 3);
		insn->k = (u32)SKF_AD_OFF + below(100);
		break;
	}
}
