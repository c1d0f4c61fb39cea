// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions and jumps of generated arm64 code.
 */
#include "emit.h"

/* Leaves out the parts that are zero. */
void emit_set(struct cbpf_jit *jit, u32 reg, u64 value)
{
	u32 shift;

	emit(jit, a64_movz(reg, value, 0));
	for (shift = 16; shift < 64; shift += 16)
		if (value >> shift & 0xffff)
			emit(jit, a64_movk(reg, value, shift));
}

/*
 * How far it is to a label. No program is that long: 4,096 instructions with
 * their out-of-line parts are less than 500 KiB, and a conditional jump goes
 * 1 MiB far.
 */
static int distance_to(struct cbpf_jit *jit, u32 label)
{
	s64 distance = (s64)jit->known[label] - (s64)jit->e.len;

	if (jit->e.buf && !a64_is_near(distance))
		jit_emit_fail(&jit->e, -ERANGE);
	return distance;
}

void emit_jump(struct cbpf_jit *jit, u32 label)
{
	emit(jit, a64_b(distance_to(jit, label)));
}

void emit_jump_if(struct cbpf_jit *jit, enum a64_cond cond, u32 label)
{
	emit(jit, a64_b_cond(cond, distance_to(jit, label)));
}

void emit_jump_if_zero(struct cbpf_jit *jit, u32 reg, u32 label)
{
	emit(jit, a64_cbz(reg, distance_to(jit, label)));
}

/* rd = rn op k */
void emit_op(struct cbpf_jit *jit, enum a64_op op, u32 rd, u32 rn, u32 k)
{
	bool has_imm = op == A64_ADD || op == A64_SUB || op == A64_SUBS;

	if (has_imm && k < 4096) {
		emit(jit, a64_imm(op, rd, rn, k));
		return;
	}
	emit_set(jit, TMP, k);
	emit(jit, a64_op(op, rd, rn, TMP));
}

/* rt = 1 << shift bytes at rn + offset, wherever that is */
void emit_field(struct cbpf_jit *jit, u32 shift, u32 rt, u32 rn, u32 offset)
{
	if (a64_is_offset(shift, offset)) {
		emit(jit, a64_load(shift, rt, rn, offset));
		return;
	}
	emit_set(jit, TMP, offset);
	emit(jit, a64_load_at(shift, rt, rn, TMP));
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
