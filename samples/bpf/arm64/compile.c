// SPDX-License-Identifier: GPL-2.0
/*
 * Classic BPF to arm64 machine code.
 *
 * Every opcode of classic BPF is compiled, and every ancillary load that
 * cbpf_check() lets through.
 *
 *	w22	A		x19	packet descriptor
 *	w23	X		x20	first byte of the packet
 *				w21	number of bytes at x20
 *
 *	sp + 0			frame record: x29, x30
 *	sp + 16 .. sp + 63	x19 to x23 of the caller
 *	sp + 64 .. sp + 127	scratch words M[0] .. M[15]
 *
 * A load takes the inline way if the bytes are at x20. Otherwise it goes to
 * code behind the end of the program that calls a helper; that also knows
 * offsets relative to the network and to the link-layer header. A load of
 * bytes that do not exist ends the program with 0, as does a division by 0.
 *
 * The entry, calls and the return are those of <linux/jit_emit.h>: the frame record
 * is as the kernel's unwinder wants it with pointer authentication and without.
 */
#include "emit.h"

static void divide(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	u32 by = X;

	if (BPF_SRC(insn->code) == BPF_X) {
		emit_jump_if_zero(jit, X, at_exit_zero(jit));
	} else {
		by = TMP;
		emit_set(jit, TMP, insn->k);
	}
	if (BPF_OP(insn->code) == BPF_DIV) {
		emit(jit, a64_op(A64_UDIV, A, A, by));
		return;
	}
	emit(jit, a64_op(A64_UDIV, TMP2, A, by));
	emit(jit, a64_msub(A, TMP2, by, A));
}

void emit_alu(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	bool has_k = BPF_SRC(insn->code) == BPF_K;
	enum a64_op op;

	(void)pc;
	switch (BPF_OP(insn->code)) {
	case BPF_ADD:
		op = A64_ADD;
		break;
	case BPF_SUB:
		op = A64_SUB;
		break;
	case BPF_AND:
		op = A64_AND;
		break;
	case BPF_OR:
		op = A64_ORR;
		break;
	case BPF_XOR:
		op = A64_EOR;
		break;
	case BPF_MUL:
		op = A64_MUL;
		break;
	/* The processor takes five bits of the number, as classic BPF does. */
	case BPF_LSH:
		if (has_k) {
			emit(jit, a64_lsl(A, A, insn->k));
			return;
		}
		op = A64_LSLV;
		break;
	case BPF_RSH:
		if (has_k) {
			emit(jit, a64_lsr(A, A, insn->k));
			return;
		}
		op = A64_LSRV;
		break;
	case BPF_NEG:
		emit(jit, a64_op(A64_SUB, A, A64_ZR, A));
		return;
	default:
		divide(jit, insn);
		return;
	}
	if (has_k)
		emit_op(jit, op, A, A, insn->k);
	else
		emit(jit, a64_op(op, A, A, X));
}

void emit_compare(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	enum a64_op op = BPF_OP(insn->code) == BPF_JSET ? A64_ANDS : A64_SUBS;

	if (BPF_SRC(insn->code) == BPF_X)
		emit(jit, a64_op(op, A64_ZR, A, X));
	else
		emit_op(jit, op, A64_ZR, A, insn->k);
}

u32 condition_of(const struct sock_filter *insn)
{
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		return A64_EQ;
	case BPF_JGT:
		return A64_HI;
	case BPF_JGE:
		return A64_HS;
	default:
		return A64_NE;
	}
}

void emit_store(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	u32 reg = BPF_CLASS(insn->code) == BPF_ST ? A : X;

	emit(jit, a64_store(2, reg, A64_SP, SCRATCH_WORD(insn->k)));
}

void emit_move(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	if (BPF_MISCOP(insn->code) == BPF_TAX)
		emit(jit, a64_op(A64_ORR, X, A64_ZR, A));
	else
		emit(jit, a64_op(A64_ORR, A, A64_ZR, X));
}

void emit_prologue(struct cbpf_jit *jit)
{
	const struct cbpf_env *env = jit->env;

	jit_emit_entry(&jit->e);
	emit(jit, a64_stp_pre(A64_FP, A64_LR, A64_SP, -FRAME));
	emit(jit, a64_imm(A64_ADD | A64_64BIT, A64_FP, A64_SP, 0));
	emit(jit, a64_stp(SKB, DATA, A64_SP, 16));
	emit(jit, a64_stp(HEADLEN, A, A64_SP, 32));
	emit(jit, a64_store(3, X, A64_SP, 48));
	emit(jit, a64_op(A64_ORR | A64_64BIT, SKB, A64_ZR, R0));
	emit_field(jit, 3, DATA, SKB, env->skb_data);
	emit_field(jit, 2, HEADLEN, SKB, env->skb_len);
	emit_field(jit, 2, TMP2, SKB, env->skb_data_len);
	emit(jit, a64_op(A64_SUB, HEADLEN, HEADLEN, TMP2));
	emit_set(jit, A, 0);
	emit_set(jit, X, 0);
}

void emit_epilogue(struct cbpf_jit *jit)
{
	set_label(jit, at_exit(jit));
	emit(jit, a64_op(A64_ORR, R0, A64_ZR, A));
	emit(jit, a64_ldp(SKB, DATA, A64_SP, 16));
	emit(jit, a64_ldp(HEADLEN, A, A64_SP, 32));
	emit(jit, a64_load(3, X, A64_SP, 48));
	emit(jit, a64_ldp_post(A64_FP, A64_LR, A64_SP, FRAME));
	jit_emit_return(&jit->e);

	set_label(jit, at_exit_zero(jit));
	emit_set(jit, A, 0);
	emit_jump(jit, at_exit(jit));
}
