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

static void alu(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	enum a32_op op;

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

static void compare(struct cbpf_jit *jit, const struct sock_filter *insn)
{
	enum a32_op op = BPF_OP(insn->code) == BPF_JSET ? A32_TST : A32_CMP;

	if (BPF_SRC(insn->code) == BPF_X)
		emit(jit, a32_op(op, 0, A, X));
	else
		emit_op(jit, op, 0, A, insn->k);
}

static enum a32_cond condition(const struct sock_filter *insn)
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

static void branch(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	u32 if_true = at_insn(pc + 1 + insn->jt);
	u32 if_false = at_insn(pc + 1 + insn->jf);

	if (insn->jt == insn->jf) {
		if (insn->jt)
			emit_jump(jit, if_true);
		return;
	}

	compare(jit, insn);
	if (insn->jt == 0) {
		emit_jump_if(jit, condition(insn) ^ 1, if_false);
		return;
	}
	emit_jump_if(jit, condition(insn), if_true);
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
		emit(jit, a32_store(A, A32_SP, SCRATCH_WORD(insn->k)));
		break;
	case BPF_STX:
		emit(jit, a32_store(X, A32_SP, SCRATCH_WORD(insn->k)));
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
			emit(jit, a32_mov(X, A));
		else
			emit(jit, a32_mov(A, X));
		break;
	}
}

/* What push and pop take: all that lives as long, and one more */
static u32 saved_and(u32 reg)
{
	return 1u << SKB | 1u << DATA | 1u << HEADLEN | 1u << A | 1u << X |
	       1u << reg;
}

static void prologue(struct cbpf_jit *jit)
{
	const struct cbpf_env *env = jit->env;

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

static void epilogue(struct cbpf_jit *jit)
{
	set_label(jit, at_exit(jit));
	emit(jit, a32_mov(R0, A));
	emit(jit, a32_imm(A32_ADD, A32_SP, A32_SP, FRAME));
	emit(jit, a32_pop(saved_and(A32_PC)));
	emit(jit, A32_UDF);			/* nothing runs on here */

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
