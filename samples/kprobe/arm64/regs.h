/* SPDX-License-Identifier: GPL-2.0 */
/* Where arguments are when a function begins. */
#ifndef _JIT_KPROBE_REGS_H
#define _JIT_KPROBE_REGS_H

/* Arguments that are passed in registers. */
#define PREDICATE_ARGS		8
/* How wide a register is */
#define PREDICATE_BITS		64

/*
 * Where struct pt_regs keeps one. Whoever includes a definition of that
 * structure checks it.
 */
#define PREDICATE_OFFSET(arg)	(8 * (arg))

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/ptrace.h>
#include <linux/stddef.h>

static_assert(offsetof(struct pt_regs, regs[0]) == PREDICATE_OFFSET(0));
static_assert(offsetof(struct pt_regs, regs[PREDICATE_ARGS - 1]) ==
	      PREDICATE_OFFSET(PREDICATE_ARGS - 1));
#endif

#endif /* _JIT_KPROBE_REGS_H */
