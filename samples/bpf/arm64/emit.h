/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instructions, calls and jumps: what the parts of the arm64 code generator
 * share. Registers and the frame are described in compile.c.
 */
#ifndef _SAMPLES_BPF_ARM64_EMIT_H
#define _SAMPLES_BPF_ARM64_EMIT_H

#include "../backend.h"
#include "insn.h"

/* Arguments and results of a helper, and what is between instructions free */
#define R0		0
#define R1		1
#define R2		2
#define TMP		8
#define TMP2		9
/* What lives as long as the program runs */
#define SKB		19
#define DATA		20
#define HEADLEN		21
#define A		22
#define X		23

#define FRAME		128
/* Where a scratch word is, relative to sp */
#define SCRATCH_WORD(k)	(64 + 4 * (k))

static inline void emit(struct cbpf_jit *jit, u32 insn)
{
	jit_emit_insn(&jit->e, insn);
}

/* Far even if it is near, so that it is as long as when it was measured */
static inline void emit_call(struct cbpf_jit *jit, const void *function)
{
	jit_emit_call_far(&jit->e, function);
}

void emit_set(struct cbpf_jit *jit, u32 reg, u64 value);
void emit_jump(struct cbpf_jit *jit, u32 label);
void emit_jump_if(struct cbpf_jit *jit, enum a64_cond cond, u32 label);
void emit_jump_if_zero(struct cbpf_jit *jit, u32 reg, u32 label);
void emit_op(struct cbpf_jit *jit, enum a64_op op, u32 rd, u32 rn, u32 k);
void emit_field(struct cbpf_jit *jit, u32 shift, u32 rt, u32 rn, u32 offset);

#endif /* _SAMPLES_BPF_ARM64_EMIT_H */
