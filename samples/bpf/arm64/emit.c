// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions, calls and jumps of generated arm64 code.
 */
#include "emit.h"

void emit(struct cbpf_jit *jit, u32 insn)
{
	u8 bytes[4] = { insn, insn >> 8, insn >> 16, insn >> 24 };

	if (jit->out)
		memcpy(jit->out + jit->pos, bytes, sizeof(bytes));
	jit->pos += sizeof(bytes);
}

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
 * By its address: text of BPF may be anywhere in vmalloc memory, where no direct
 * call reaches the kernel. An address is of one length, however it looks.
 */
void emit_call(struct cbpf_jit *jit, u64 function)
{
	emit(jit, a64_movz(CALLEE, function, 0));
	emit(jit, a64_movk(CALLEE, function, 16));
	emit(jit, a64_movk(CALLEE, function, 32));
	emit(jit, a64_movk(CALLEE, function, 48));
	emit(jit, a64_blr(CALLEE));
}

/*
 * How far it is to a label. No program is that long: 4,096 instructions with
 * their out-of-line parts are less than 500 KiB, and a conditional jump goes
 * 1 MiB far.
 */
static int distance_to(struct cbpf_jit *jit, u32 label)
{
	s64 distance = (s64)jit->known[label] - jit->pos;

	if (jit->out && !a64_is_near(distance))
		jit->unreachable = true;
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
