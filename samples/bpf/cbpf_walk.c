// SPDX-License-Identifier: GPL-2.0
/*
 * The way through a program, which is the same for every back end: first to find
 * out where everything is, then to write it.
 */
#include "backend.h"

static void branch(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	u32 if_true = at_insn(pc + 1 + insn->jt);
	u32 if_false = at_insn(pc + 1 + insn->jf);
	u32 cond = condition_of(insn);

	if (insn->jt == insn->jf) {
		if (insn->jt)
			emit_goto(jit, pc, 0, if_true);
		return;
	}

	emit_compare(jit, insn);
	if (insn->jt == 0) {
		emit_branch(jit, pc, 0, cond ^ 1, if_false);
		return;
	}
	emit_branch(jit, pc, 0, cond, if_true);
	if (insn->jf)
		emit_goto(jit, pc, 1, if_false);
}

static void finish(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn)
{
	if (BPF_RVAL(insn->code) == BPF_K)
		emit_set_a(jit, insn->k);
	if (pc + 1 != jit->prog->len)
		emit_goto(jit, pc, 0, at_exit(jit));
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
	case BPF_STX:
		emit_store(jit, insn);
		break;
	case BPF_ALU:
		emit_alu(jit, pc, insn);
		break;
	case BPF_JMP:
		if (BPF_OP(insn->code) != BPF_JA)
			branch(jit, pc, insn);
		else if (insn->k)
			emit_goto(jit, pc, 0, at_insn(pc + 1 + insn->k));
		break;
	case BPF_RET:
		finish(jit, pc, insn);
		break;
	case BPF_MISC:
		emit_move(jit, insn);
		break;
	}
}

static void walk(struct cbpf_jit *jit, u8 *out, size_t size, const void *addr)
{
	u32 pc;

	jit_emit_init(&jit->e, out, size, addr);
	emit_prologue(jit);
	for (pc = 0; pc < jit->prog->len; pc++)
		instruction(jit, pc);
	emit_epilogue(jit);
	for (pc = 0; pc < jit->prog->len; pc++)
		if (has_slow_load(&jit->prog->insn[pc]))
			emit_slow_load(jit, pc);
}

static void remember_labels(struct cbpf_jit *jit)
{
	memcpy(jit->known, jit->label, sizeof(jit->known));
}

/**
 * cbpf_measure - plan the code of a program
 * @jit: room for the compilation
 * @prog: program that passed cbpf_check()
 * @env: where the code will run; it and @prog must stay until the code is
 *	emitted
 *
 * Return: size of the code in bytes.
 */
size_t cbpf_measure(struct cbpf_jit *jit, const struct cbpf_prog *prog,
		    const struct cbpf_env *env)
{
	size_t size = 0;
	u32 i;

	memset(jit, 0, sizeof(*jit));
	jit->prog = prog;
	jit->env = env;

	/* Before the first walk everything is far from everything. */
	for (i = 0; i < CBPF_LABELS; i++)
		jit->label[i] = i * 1024;
	/*
	 * Walks that find more short jumps, where there are any; each leaves a
	 * correct plan.
	 */
	for (i = 0; i < 8; i++) {
		remember_labels(jit);
		walk(jit, NULL, 0, NULL);
		if (jit->e.len == size)
			break;
		size = jit->e.len;
	}

	jit->frozen = true;
	walk(jit, NULL, 0, NULL);
	remember_labels(jit);
	return jit->e.len;
}

/**
 * cbpf_emit - write the code that cbpf_measure() planned
 * @jit: the compilation
 * @out: where to write it, as many bytes as were planned
 * @addr: address at which the code will run
 *
 * Return: 0, or -ERANGE if something that the code calls or jumps to is too far
 * from @addr.
 */
int cbpf_emit(struct cbpf_jit *jit, u8 *out, const void *addr)
{
	walk(jit, out, jit->e.len, addr);
	return jit->e.err;
}
