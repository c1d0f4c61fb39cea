/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instructions, calls and jumps: what the parts of the arm code generator share.
 * Registers and the frame are described in compile.c.
 */
#ifndef _SAMPLES_BPF_ARM_EMIT_H
#define _SAMPLES_BPF_ARM_EMIT_H

#include "../backend.h"
#include "insn.h"

/* Arguments and results of a helper, and what is between instructions free */
#define R0		0
#define R1		1
#define R2		2
#define TMP		3
/* What lives as long as the program runs */
#define SKB		4
#define DATA		5
#define HEADLEN		6
#define A		7
#define X		8

/* Scratch words, from sp on; with what is saved a multiple of 8 */
#define FRAME		64
#define SCRATCH_WORD(k)	(4 * (k))

static inline void emit(struct cbpf_jit *jit, u32 insn)
{
	jit_emit_insn(&jit->e, insn);
}

/* Far even if it is near, so that it is as long as when it was measured */
static inline void emit_call(struct cbpf_jit *jit, const void *function)
{
	jit_emit_call_far(&jit->e, function);
}

void emit_set(struct cbpf_jit *jit, u32 reg, u32 value);
void emit_jump_if(struct cbpf_jit *jit, enum a32_cond cond, u32 label);
void emit_op(struct cbpf_jit *jit, enum a32_op op, u32 rd, u32 rn, u32 k);
void emit_field(struct cbpf_jit *jit, u32 shift, u32 rt, u32 rn, u32 offset);

static inline void emit_jump(struct cbpf_jit *jit, u32 label)
{
	emit_jump_if(jit, A32_AL, label);
}

#endif /* _SAMPLES_BPF_ARM_EMIT_H */
