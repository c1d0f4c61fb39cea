/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a back end gives, and what it may use. Each is a directory; cbpf_walk.c
 * calls it for one part of a program after the other.
 */
#ifndef _SAMPLES_BPF_BACKEND_H
#define _SAMPLES_BPF_BACKEND_H

#include "cbpf_jit.h"

/*
 * Labels: an instruction's code, the two ends, an out-of-line part. The end
 * of the last instruction, which is a return, is the common exit.
 */
static inline u32 at_insn(u32 pc)
{
	return pc;
}

static inline u32 at_exit(const struct cbpf_jit *jit)
{
	return jit->prog->len;
}

static inline u32 at_exit_zero(const struct cbpf_jit *jit)
{
	return jit->prog->len + 1;
}

static inline u32 at_slow_load(const struct cbpf_jit *jit, u32 pc)
{
	return jit->prog->len + 2 + pc;
}

static inline void set_label(struct cbpf_jit *jit, u32 label)
{
	jit->label[label] = jit->e.len;
}

/* The logarithm of how many bytes it loads */
static inline u32 load_shift(const struct sock_filter *insn)
{
	switch (BPF_SIZE(insn->code)) {
	case BPF_B:
		return 0;
	case BPF_H:
		return 1;
	default:
		return 2;
	}
}

/* Whether it reads the packet, whose bytes may be where only a helper finds them */
static inline bool has_slow_load(const struct sock_filter *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		return BPF_MODE(insn->code) == BPF_IND ||
		       (BPF_MODE(insn->code) == BPF_ABS &&
			insn->k < (u32)SKF_AD_OFF);
	case BPF_LDX:
		return BPF_MODE(insn->code) == BPF_MSH;
	default:
		return false;
	}
}

/* The code before the first instruction, and behind the last: both ends */
void emit_prologue(struct cbpf_jit *jit);
void emit_epilogue(struct cbpf_jit *jit);

/* BPF_LD and BPF_LDX, and what is out of line of them */
void emit_load_a(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn);
void emit_load_x(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn);
void emit_slow_load(struct cbpf_jit *jit, u32 pc);

/* BPF_ST and BPF_STX, BPF_MISC, BPF_ALU */
void emit_store(struct cbpf_jit *jit, const struct sock_filter *insn);
void emit_move(struct cbpf_jit *jit, const struct sock_filter *insn);
void emit_alu(struct cbpf_jit *jit, u32 pc, const struct sock_filter *insn);

void emit_set_a(struct cbpf_jit *jit, u32 k);

/*
 * A conditional jump: what it compares, the number of the condition on which it
 * is taken, of which the opposite differs in the lowest bit, and the jump. An
 * instruction has two at most, number 0 and 1.
 */
void emit_compare(struct cbpf_jit *jit, const struct sock_filter *insn);
u32 condition_of(const struct sock_filter *insn);
void emit_branch(struct cbpf_jit *jit, u32 pc, u32 nr, u32 cond, u32 label);
void emit_goto(struct cbpf_jit *jit, u32 pc, u32 nr, u32 label);

#endif /* _SAMPLES_BPF_BACKEND_H */
