/* SPDX-License-Identifier: GPL-2.0 */
/* Where arguments are when a function begins. */
#ifndef _JIT_KPROBE_REGS_H
#define _JIT_KPROBE_REGS_H

/* Arguments that are passed in registers. */
#define PREDICATE_ARGS		6
/* How wide a register is */
#define PREDICATE_BITS		64

/*
 * Where struct pt_regs keeps them, in their order. Whoever includes a
 * definition of that structure checks these numbers.
 */
#define PREDICATE_OFFSET_DI	112
#define PREDICATE_OFFSET_SI	104
#define PREDICATE_OFFSET_DX	96
#define PREDICATE_OFFSET_CX	88
#define PREDICATE_OFFSET_R8	72
#define PREDICATE_OFFSET_R9	64

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/ptrace.h>
#include <linux/stddef.h>

static_assert(offsetof(struct pt_regs, di) == PREDICATE_OFFSET_DI);
static_assert(offsetof(struct pt_regs, si) == PREDICATE_OFFSET_SI);
static_assert(offsetof(struct pt_regs, dx) == PREDICATE_OFFSET_DX);
static_assert(offsetof(struct pt_regs, cx) == PREDICATE_OFFSET_CX);
static_assert(offsetof(struct pt_regs, r8) == PREDICATE_OFFSET_R8);
static_assert(offsetof(struct pt_regs, r9) == PREDICATE_OFFSET_R9);
#endif

#endif /* _JIT_KPROBE_REGS_H */
