/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes and jumps: what the parts of the x86-64 code generator share.
 *
 * Pieces of code are written as bytes, with the instruction beside them.
 */
#ifndef _SAMPLES_BPF_X86_EMIT_H
#define _SAMPLES_BPF_X86_EMIT_H

#include "../backend.h"

/* Low four bits of a conditional jump's opcode, and one for all cases. */
enum cond {
	COND_B	= 0x2,
	COND_AE	= 0x3,
	COND_E	= 0x4,
	COND_NE	= 0x5,
	COND_BE	= 0x6,
	COND_A	= 0x7,
	COND_S	= 0x8,
	ALWAYS	= 0x10,
};

/* Number of an operation in the "op eax, k" encodings. */
enum operation {
	OP_ADD	= 0,
	OP_OR	= 1,
	OP_AND	= 4,
	OP_SUB	= 5,
	OP_XOR	= 6,
	OP_CMP	= 7,
};

#define EMIT(jit, ...)							\
	jit_emit_put(&(jit)->e, (const u8 []){ __VA_ARGS__ },		\
		     sizeof((const u8 []){ __VA_ARGS__ }))

void emit32(struct cbpf_jit *jit, u32 value);
void emit_jump_near(struct cbpf_jit *jit, enum cond cond, u32 label);
void emit_jump(struct cbpf_jit *jit, u32 pc, u32 nr, enum cond cond,
	       u32 label);
void emit_set_x(struct cbpf_jit *jit, u32 k);
void emit_group1(struct cbpf_jit *jit, enum operation op, u32 k);

/* Where a scratch word is, relative to rbp. */
#define SCRATCH_WORD(k)	((u8)(-112 + 4 * (int)(k)))

#endif /* _SAMPLES_BPF_X86_EMIT_H */
