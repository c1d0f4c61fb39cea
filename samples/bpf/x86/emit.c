// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes and jumps of generated x86-64 code.
 */
#include "emit.h"

void emit32(struct cbpf_jit *jit, u32 value)
{
	EMIT(jit, value, value >> 8, value >> 16, value >> 24);
}

void emit_jump_near(struct cbpf_jit *jit, enum cond cond, u32 label)
{
	if (cond == ALWAYS)
		EMIT(jit, 0xe9);		/* jmp label */
	else
		EMIT(jit, 0x0f, 0x80 + cond);	/* jcc label */
	emit32(jit, jit->known[label] - (jit->e.len + 4));
}

/*
 * Whether a jump out of an instruction fits in eight bits, by the offsets of
 * the last walk. These jumps all go forward, and code only ever shrinks from
 * one walk to the next, so what has fitted once goes on fitting.
 */
static bool is_short(const struct cbpf_jit *jit, u32 pc, u32 label)
{
	return jit->known[label] - jit->known[at_insn(pc)] < 128;
}

/* Jump number @nr of the instruction @pc. */
void emit_jump(struct cbpf_jit *jit, u32 pc, u32 nr, enum cond cond,
	       u32 label)
{
	if (!jit->frozen && is_short(jit, pc, label))
		jit->short_jumps[pc] |= 1 << nr;
	if (!(jit->short_jumps[pc] & (1 << nr))) {
		emit_jump_near(jit, cond, label);
		return;
	}
	EMIT(jit, cond == ALWAYS ? 0xeb : 0x70 + cond,
	     jit->known[label] - (jit->e.len + 2));
}

void emit_branch(struct cbpf_jit *jit, u32 pc, u32 nr, u32 cond, u32 label)
{
	emit_jump(jit, pc, nr, cond, label);
}

void emit_goto(struct cbpf_jit *jit, u32 pc, u32 nr, u32 label)
{
	emit_jump(jit, pc, nr, ALWAYS, label);
}

void emit_set_a(struct cbpf_jit *jit, u32 k)
{
	if (k == 0) {
		EMIT(jit, 0x31, 0xc0);		/* xor eax, eax */
	} else {
		EMIT(jit, 0xb8);		/* mov eax, k */
		emit32(jit, k);
	}
}

void emit_set_x(struct cbpf_jit *jit, u32 k)
{
	if (k == 0) {
		EMIT(jit, 0x31, 0xdb);		/* xor ebx, ebx */
	} else {
		EMIT(jit, 0xbb);		/* mov ebx, k */
		emit32(jit, k);
	}
}

/* "op eax, k" of the eight old operations, by their number. */
void emit_group1(struct cbpf_jit *jit, enum operation op, u32 k)
{
	if (k == (u32)(s8)k) {
		EMIT(jit, 0x83, 0xc0 + op * 8, k);
	} else {
		EMIT(jit, 0x05 + op * 8);
		emit32(jit, k);
	}
}
