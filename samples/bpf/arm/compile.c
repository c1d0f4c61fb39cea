// SPDX-License-Identifier: GPL-2.0
/*
 * Classic BPF to machine code of 32-bit arm.
 *
 * Every opcode of classic BPF is compiled, and every ancillary load that
 * cbpf_check() lets through.
 *
 *	r7	A		r4	packet descriptor
 *	r8	X		r5	first byte of the packet
 *				r6	number of bytes at r5
 *
 *	sp + 0 .. sp + 63	scratch words M[0] .. M[15]
 *	sp + 64 .. sp + 87	r4 to r8 of the caller, lr
 *
 * A load takes the inline way if the bytes are at r5. Otherwise it goes to
 * code behind the end of the program that calls a helper; that also knows
 * offsets relative to the network and to the link-layer header. A load of
 * bytes that do not exist ends the program with 0, as does a division by 0.
 *
 * Not all processors of version 7 can divide, so that is a helper, too.
 */
#include "emit.h"

static void divide(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	u32 by = X;

	if (BPF_SRC(insn->code) == BPF_X) {
		emit(jit, a32_imm(A32_CMP, 0, X, 0));
		emit_jump_if(jit, A32_EQ, at_exit_zero(jit));
		emit(jit, a32_mov(R1, X));
	} else {
		emit_set(jit, R1, insn->k);
	}
	emit(jit, a32_mov(R0, A));
	emit_call(jit, jit->env->divide);
	if (BPF_OP(insn->code) == BPF_DIV) {
		emit(jit, a32_mov(A, R0));
		return;
	}
	if (BPF_SRC(insn->code) == BPF_K) {
		by = R1;
		emit_set(jit, R1, insn->k);
	}
	emit(jit, a32_mls(A, R0, by, A));
}

/* By X the processor takes eight bits of the number, but classic BPF five. */
static void shift(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	bool is_left = BPF_OP(insn->code) == BPF_LSH;

	if (BPF_SRC(insn->code) == BPF_X) {
		emit(jit, a32_imm(A32_AND, TMP, X, 31));
		emit(jit, is_left ? a32_lsl_by(A, A, TMP) :
				    a32_lsr_by(A, A, TMP));
	} else if (insn->k) {
		emit(jit, is_left ? a32_lsl(A, A, insn->k) :
				    a32_lsr(A, A, insn->k));
	}
}

static void multiply(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	u32 by = X;

	if (BPF_SRC(insn->code) == BPF_K) {
		by = TMP;
		emit_set(jit, TMP, insn->k);
	}
	emit(jit, a32_mul(A, A, by));
}

void emit_alu(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	enum a32_op op;

	(void)pc;
	switch (BPF_OP(insn->code)) {
	case BPF_ADD:
		op = A32_ADD;
		break;
	case BPF_SUB:
		op = A32_SUB;
		break;
	case BPF_AND:
		op = A32_AND;
		break;
	case BPF_OR:
		op = A32_ORR;
		break;
	case BPF_XOR:
		op = A32_EOR;
		break;
	case BPF_MUL:
		multiply(jit, insn);
		return;
	case BPF_LSH:
	case BPF_RSH:
		shift(jit, insn);
		return;
	case BPF_NEG:
		emit(jit, a32_imm(A32_RSB, A, A, 0));
		return;
	default:
		divide(jit, insn);
		return;
	}
	if (BPF_SRC(insn->code) == BPF_K)
		emit_op(jit, op, A, A, insn->k);
	else
		emit(jit, a32_op(op, A, A, X));
}

void emit_compare(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	enum a32_op op = BPF_OP(insn->code) == BPF_JSET ? A32_TST : A32_CMP;

	if (BPF_SRC(insn->code) == BPF_X)
		emit(jit, a32_op(op, 0, A, X));
	else
		emit_op(jit, op, 0, A, insn->k);
}

u32 condition_of(const struct sock_filter *insn)
{
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		return A32_EQ;
	case BPF_JGT:
		return A32_HI;
	case BPF_JGE:
		return A32_HS;
	default:
		return A32_NE;
	}
}

void emit_store(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	u32 reg = BPF_CLASS(insn->code) == BPF_ST ? A : X;

	emit(jit, a32_store(reg, A32_SP, SCRATCH_WORD(insn->k)));
}

void emit_move(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	if (BPF_MISCOP(insn->code) == BPF_TAX)
		emit(jit, a32_mov(X, A));
	else
		emit(jit, a32_mov(A, X));
}

/* What push and pop take: all that lives as long, and one more */
static u32 saved_and(u32 reg)
{
	return 1u << SKB | 1u << DATA | 1u << HEADLEN | 1u << A | 1u << X |
	       1u << reg;
}

void emit_prologue(struct cbpf_jit *jit)
{
	const struct cbpf_env *env = jit->env;

	jit_emit_entry(&jit->e);
	emit(jit, a32_push(saved_and(A32_LR)));
	emit(jit, a32_imm(A32_SUB, A32_SP, A32_SP, FRAME));
	emit(jit, a32_mov(SKB, R0));
	emit_field(jit, 2, DATA, SKB, env->skb_data);
	emit_field(jit, 2, HEADLEN, SKB, env->skb_len);
	emit_field(jit, 2, R0, SKB, env->skb_data_len);
	emit(jit, a32_op(A32_SUB, HEADLEN, HEADLEN, R0));
	emit_set(jit, A, 0);
	emit_set(jit, X, 0);
}

void emit_epilogue(struct cbpf_jit *jit)
{
	set_label(jit, at_exit(jit));
	emit(jit, a32_mov(R0, A));
	emit(jit, a32_imm(A32_ADD, A32_SP, A32_SP, FRAME));
	emit(jit, a32_pop(saved_and(A32_LR)));
	jit_emit_return(&jit->e);

	set_label(jit, at_exit_zero(jit));
	emit_set(jit, A, 0);
	emit_jump(jit, at_exit(jit));
}
