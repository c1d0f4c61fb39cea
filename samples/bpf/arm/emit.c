// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions and jumps of generated arm code.
 */
#include "emit.h"

void emit_set(struct cbpf_jit *jit, u32 reg, u32 value)
{
	emit(jit, a32_movw(reg, value));
	if (value >> 16)
		emit(jit, a32_movt(reg, value));
}

/* No program is so long that a branch does not get to its end. */
void emit_jump_if(struct cbpf_jit *jit, enum a32_cond cond, u32 label)
{
	s64 distance = (s64)jit->known[label] - (s64)jit->e.len;

	if (jit->e.buf && !a32_is_near(distance))
		jit_emit_fail(&jit->e, -ERANGE);
	emit(jit, a32_b(cond, distance));
}

/* rd = rn op k */
void emit_op(struct cbpf_jit *jit, enum a32_op op, u32 rd, u32 rn, u32 k)
{
	if (k < 256) {
		emit(jit, a32_imm(op, rd, rn, k));
		return;
	}
	emit_set(jit, TMP, k);
	emit(jit, a32_op(op, rd, rn, TMP));
}

/* rt = 1 << shift bytes at rn + offset, wherever that is */
void emit_field(struct cbpf_jit *jit, u32 shift, u32 rt, u32 rn, u32 offset)
{
	if (a32_is_offset(shift, offset)) {
		emit(jit, a32_load(shift, rt, rn, offset));
		return;
	}
	emit_set(jit, TMP, offset);
	emit(jit, a32_load_at(shift, rt, rn, TMP));
}

/* Every jump is of one length. */
void emit_branch(struct cbpf_jit *jit, u32 pc, u32 nr, u32 cond, u32 label)
{
	(void)pc;
	(void)nr;
	emit_jump_if(jit, cond, label);
}

void emit_goto(struct cbpf_jit *jit, u32 pc, u32 nr, u32 label)
{
	(void)pc;
	(void)nr;
	emit_jump(jit, label);
}

void emit_set_a(struct cbpf_jit *jit, u32 k)
{
	emit_set(jit, A, k);
}
