// SPDX-License-Identifier: GPL-2.0
/*
 * Classic BPF to x86-64 machine code.
 *
 * Every opcode of classic BPF is compiled, and every ancillary load:
 * protocol, pkttype, ifindex, nlattr, nlattr_nest, mark, queue, hatype,
 * rxhash, cpu, alu_xor_x, vlan_tag, vlan_tag_present, pay_offset, random and
 * vlan_tpid. cbpf_check() has refused everything else.
 *
 *	eax	A		r12d	number of bytes at r14
 *	ebx	X		r13	packet descriptor
 *				r14	first byte of the packet
 *
 *	rbp-112 .. rbp-49	scratch words M[0] .. M[15]
 *	rbp-48			A, while a helper works for X
 *
 * A load takes the inline way if the bytes are at r14. Otherwise it goes to
 * code behind the end of the program that calls a helper; that also knows
 * offsets relative to the network and to the link-layer header. A load of
 * bytes that do not exist ends the program with 0, as does a division by 0.
 *
 * There is no indirect jump; the entry, calls and the one return are those of
 * <linux/jit_emit.h>. The frame is linked through rbp, so the kernel can unwind
 * through it without unwind data.
 */
#include "emit.h"

static void divide(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	if (BPF_SRC(insn->code) == BPF_X) {
		EMIT(jit, 0x85, 0xdb);		/* test ebx, ebx */
		emit_jump(jit, pc, 0, COND_E, at_exit_zero(jit));
		EMIT(jit, 0x31, 0xd2);		/* xor edx, edx */
		EMIT(jit, 0xf7, 0xf3);		/* div ebx */
	} else {
		EMIT(jit, 0xb9);		/* mov ecx, k */
		emit32(jit, insn->k);
		EMIT(jit, 0x31, 0xd2);		/* xor edx, edx */
		EMIT(jit, 0xf7, 0xf1);		/* div ecx */
	}
	if (BPF_OP(insn->code) == BPF_MOD)
		EMIT(jit, 0x89, 0xd0);		/* mov eax, edx */
}

void emit_alu(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	u32 k = insn->k;

	switch (insn->code) {
	case BPF_ALU | BPF_ADD | BPF_K:
		emit_group1(jit, OP_ADD, k);
		break;
	case BPF_ALU | BPF_SUB | BPF_K:
		emit_group1(jit, OP_SUB, k);
		break;
	case BPF_ALU | BPF_AND | BPF_K:
		emit_group1(jit, OP_AND, k);
		break;
	case BPF_ALU | BPF_OR | BPF_K:
		emit_group1(jit, OP_OR, k);
		break;
	case BPF_ALU | BPF_XOR | BPF_K:
		emit_group1(jit, OP_XOR, k);
		break;
	case BPF_ALU | BPF_MUL | BPF_K:
		EMIT(jit, 0x69, 0xc0);		/* imul eax, eax, k */
		emit32(jit, k);
		break;
	case BPF_ALU | BPF_LSH | BPF_K:
		EMIT(jit, 0xc1, 0xe0, k);	/* shl eax, k */
		break;
	case BPF_ALU | BPF_RSH | BPF_K:
		EMIT(jit, 0xc1, 0xe8, k);	/* shr eax, k */
		break;
	case BPF_ALU | BPF_ADD | BPF_X:
		EMIT(jit, 0x01, 0xd8);		/* add eax, ebx */
		break;
	case BPF_ALU | BPF_SUB | BPF_X:
		EMIT(jit, 0x29, 0xd8);		/* sub eax, ebx */
		break;
	case BPF_ALU | BPF_AND | BPF_X:
		EMIT(jit, 0x21, 0xd8);		/* and eax, ebx */
		break;
	case BPF_ALU | BPF_OR | BPF_X:
		EMIT(jit, 0x09, 0xd8);		/* or eax, ebx */
		break;
	case BPF_ALU | BPF_XOR | BPF_X:
		EMIT(jit, 0x31, 0xd8);		/* xor eax, ebx */
		break;
	case BPF_ALU | BPF_MUL | BPF_X:
		EMIT(jit, 0x0f, 0xaf, 0xc3);	/* imul eax, ebx */
		break;
	case BPF_ALU | BPF_LSH | BPF_X:
		EMIT(jit, 0x89, 0xd9);		/* mov ecx, ebx */
		EMIT(jit, 0xd3, 0xe0);		/* shl eax, cl */
		break;
	case BPF_ALU | BPF_RSH | BPF_X:
		EMIT(jit, 0x89, 0xd9);		/* mov ecx, ebx */
		EMIT(jit, 0xd3, 0xe8);		/* shr eax, cl */
		break;
	case BPF_ALU | BPF_NEG:
		EMIT(jit, 0xf7, 0xd8);		/* neg eax */
		break;
	default:
		divide(jit, pc, insn);
		break;
	}
}

void emit_compare(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	bool bits = BPF_OP(insn->code) == BPF_JSET;

	if (BPF_SRC(insn->code) == BPF_X) {
		if (bits)
			EMIT(jit, 0x85, 0xd8);	/* test eax, ebx */
		else
			EMIT(jit, 0x39, 0xd8);	/* cmp eax, ebx */
	} else if (bits) {
		EMIT(jit, 0xa9);		/* test eax, k */
		emit32(jit, insn->k);
	} else {
		emit_group1(jit, OP_CMP, insn->k);
	}
}

/* The opposite of a condition differs in its lowest bit. */
u32 condition_of(const struct sock_filter *insn)
{
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		return COND_E;
	case BPF_JGT:
		return COND_A;
	case BPF_JGE:
		return COND_AE;
	default:
		return COND_NE;
	}
}

void emit_store(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	if (BPF_CLASS(insn->code) == BPF_ST)	/* mov M[k], eax */
		EMIT(jit, 0x89, 0x45, SCRATCH_WORD(insn->k));
	else					/* mov M[k], ebx */
		EMIT(jit, 0x89, 0x5d, SCRATCH_WORD(insn->k));
}

void emit_move(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	if (BPF_MISCOP(insn->code) == BPF_TAX)
		EMIT(jit, 0x89, 0xc3);		/* mov ebx, eax */
	else
		EMIT(jit, 0x89, 0xd8);		/* mov eax, ebx */
}

void emit_prologue(struct cbpf_jit *jit)
{
	const struct cbpf_env *env = jit->env;

	jit_emit_entry(&jit->e);
	EMIT(jit, 0x55);			/* push rbp */
	EMIT(jit, 0x48, 0x89, 0xe5);		/* mov rbp, rsp */
	EMIT(jit, 0x53);			/* push rbx */
	EMIT(jit, 0x41, 0x54);			/* push r12 */
	EMIT(jit, 0x41, 0x55);			/* push r13 */
	EMIT(jit, 0x41, 0x56);			/* push r14 */
	EMIT(jit, 0x48, 0x83, 0xec, 80);	/* sub rsp, 80 */
	EMIT(jit, 0x49, 0x89, 0xfd);		/* mov r13, rdi */
	EMIT(jit, 0x4c, 0x8b, 0xb7);		/* mov r14, [rdi + data] */
	emit32(jit, env->skb_data);
	EMIT(jit, 0x44, 0x8b, 0xa7);		/* mov r12d, [rdi + len] */
	emit32(jit, env->skb_len);
	EMIT(jit, 0x44, 0x2b, 0xa7);		/* sub r12d, [rdi + data_len] */
	emit32(jit, env->skb_data_len);
	emit_set_a(jit, 0);
	emit_set_x(jit, 0);
}

void emit_epilogue(struct cbpf_jit *jit)
{
	set_label(jit, at_exit(jit));
	EMIT(jit, 0x48, 0x83, 0xc4, 80);	/* add rsp, 80 */
	EMIT(jit, 0x41, 0x5e);			/* pop r14 */
	EMIT(jit, 0x41, 0x5d);			/* pop r13 */
	EMIT(jit, 0x41, 0x5c);			/* pop r12 */
	EMIT(jit, 0x5b);			/* pop rbx */
	EMIT(jit, 0x5d);			/* pop rbp */
	jit_emit_return(&jit->e);

	set_label(jit, at_exit_zero(jit));
	emit_set_a(jit, 0);
	emit_jump_near(jit, ALWAYS, at_exit(jit));
}
