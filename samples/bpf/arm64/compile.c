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
 * The entry is a landing pad. Helpers are called by register; they are global
 * functions, or their address is taken, so they begin with one, too. The return
 * address is not signed and not authenticated: the frame record is as the
 * kernel's unwinder wants it with pointer authentication and without.
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

static void alu(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	bool has_k = BPF_SRC(insn->code) == BPF_K;
	enum a64_op op;

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

static void compare(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	enum a64_op op = BPF_OP(insn->code) == BPF_JSET ? A64_ANDS : A64_SUBS;

	if (BPF_SRC(insn->code) == BPF_X)
		emit(jit, a64_op(op, A64_ZR, A, X));
	else
		emit_op(jit, op, A64_ZR, A, insn->k);
}

static void branch(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	u32 if_true = at_insn(pc + 1 + insn->jt);
	u32 if_false = at_insn(pc + 1 + insn->jf);
	enum a64_cond cond;

	if (insn->jt == insn->jf) {
		if (insn->jt)
			emit_jump(jit, if_true);
		return;
	}

	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		cond = A64_EQ;
		break;
	case BPF_JGT:
		cond = A64_HI;
		break;
	case BPF_JGE:
		cond = A64_HS;
		break;
	default:
		cond = A64_NE;
		break;
	}

	compare(jit, insn);
	if (insn->jt == 0) {
		emit_jump_if(jit, cond ^ 1, if_false);
		return;
	}
	emit_jump_if(jit, cond, if_true);
	if (insn->jf)
		emit_jump(jit, if_false);
}

static void finish(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	if (BPF_RVAL(insn->code) == BPF_K)
		emit_set(jit, A, insn->k);
	if (pc + 1 != jit->prog->len)
		emit_jump(jit, at_exit(jit));
}

static void instruction(struct cbpf_jit *jit, u32 pc)
{
	const struct sock_filter *insn = &jit->prog->insn[pc];

	set_label(jit, at_insn(pc));
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		emit_load_a(jit, pc, insn);
		break;
	case BPF_LDX:
		emit_load_x(jit, pc, insn);
		break;
	case BPF_ST:
		emit(jit, a64_store(2, A, A64_SP, SCRATCH_WORD(insn->k)));
		break;
	case BPF_STX:
		emit(jit, a64_store(2, X, A64_SP, SCRATCH_WORD(insn->k)));
		break;
	case BPF_ALU:
		alu(jit, insn);
		break;
	case BPF_JMP:
		if (BPF_OP(insn->code) != BPF_JA)
			branch(jit, pc, insn);
		else if (insn->k)
			emit_jump(jit, at_insn(pc + 1 + insn->k));
		break;
	case BPF_RET:
		finish(jit, pc, insn);
		break;
	case BPF_MISC:
		if (BPF_MISCOP(insn->code) == BPF_TAX)
			emit(jit, a64_op(A64_ORR, X, A64_ZR, A));
		else
			emit(jit, a64_op(A64_ORR, A, A64_ZR, X));
		break;
	}
}

static void prologue(struct cbpf_jit *jit)
{
	const struct cbpf_env *env = jit->env;

	emit(jit, A64_BTI_C);
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

static void epilogue(struct cbpf_jit *jit)
{
	set_label(jit, at_exit(jit));
	emit(jit, a64_op(A64_ORR, R0, A64_ZR, A));
	emit(jit, a64_ldp(SKB, DATA, A64_SP, 16));
	emit(jit, a64_ldp(HEADLEN, A, A64_SP, 32));
	emit(jit, a64_load(3, X, A64_SP, 48));
	emit(jit, a64_ldp_post(A64_FP, A64_LR, A64_SP, FRAME));
	emit(jit, A64_RET);
	emit(jit, A64_BRK_FAULT);		/* nothing runs on here */

	set_label(jit, at_exit_zero(jit));
	emit_set(jit, A, 0);
	emit_jump(jit, at_exit(jit));
}

static void walk(struct cbpf_jit *jit)
{
	u32 pc;

	jit->pos = 0;
	prologue(jit);
	for (pc = 0; pc < jit->prog->len; pc++)
		instruction(jit, pc);
	epilogue(jit);
	for (pc = 0; pc < jit->prog->len; pc++)
		if (has_slow_load(&jit->prog->insn[pc]))
			emit_slow_load(jit, pc);
}

/**
 * cbpf_measure - plan the code of a program
 * @jit: room for the compilation
 * @prog: program that passed cbpf_check()
 * @env: where the code will run; it and @prog must stay until the code is
 *	emitted
 *
 * Every instruction has one length, wherever it jumps to: one walk finds all
 * labels.
 *
 * Return: size of the code in bytes.
 */
size_t cbpf_measure(struct cbpf_jit *jit, const struct cbpf_prog *prog,
		    const struct cbpf_env *env)
{
	memset(jit, 0, sizeof(*jit));
	jit->prog = prog;
	jit->env = env;
	walk(jit);
	memcpy(jit->known, jit->label, sizeof(jit->known));
	return jit->pos;
}

/**
 * cbpf_emit - write the code that cbpf_measure() planned
 * @jit: the compilation
 * @out: where to write it, as many bytes as were planned
 * @addr: address at which the code will run
 *
 * Return: 0, or -ERANGE if the environment asks for another return than one, or
 * for a jump that is too far.
 */
int cbpf_emit(struct cbpf_jit *jit, u8 *out, u64 addr)
{
	jit->out = out;
	jit->addr = addr;
	jit->unreachable = jit->env->return_thunk;
	walk(jit);
	return jit->unreachable ? -ERANGE : 0;
}
