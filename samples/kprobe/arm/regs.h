/* SPDX-License-Identifier: GPL-2.0 */
/* Where arguments are when a function begins. */
#ifndef _JIT_KPROBE_REGS_H
#define _JIT_KPROBE_REGS_H

/* Arguments that are passed in registers. */
#define PREDICATE_ARGS		4
/* How wide a register is; what has 64 bits is in two of them */
#define PREDICATE_BITS		32

/*
 * Where struct pt_regs keeps one. Whoever includes a definition of that
 * structure checks it.
 */
#define PREDICATE_OFFSET(arg)	(4 * (arg))

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/ptrace.h>
#include <linux/stddef.h>

static_assert(offsetof(struct pt_regs, uregs[0]) == PREDICATE_OFFSET(0));
static_assert(offsetof(struct pt_regs, uregs[PREDICATE_ARGS - 1]) ==
	      PREDICATE_OFFSET(PREDICATE_ARGS - 1));
#endif

#endif /* _JIT_KPROBE_REGS_H */
