/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How unexported functions are called where nothing forbids an indirect call.
 *
 * All of them are global functions of the kernel, which a compiler gives a landing
 * pad where it gives out any. A kernel that checks the type of what is called has
 * the hash of theirs, and the caller that of the wrapper's prototype: the same.
 */
#ifndef _JITALLOC_KFN_INDIRECT_H
#define _JITALLOC_KFN_INDIRECT_H

#include <linux/cleanup.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "sys/fault.h"

/* The wrapper's prototype is held against the header's. */
#define DEFINE_KFN(name)						\
	static typeof(name) *jit_##name;				\
	static_assert(__same_type(name, jit_kfn_##name));		\
	void jit_kfn_set_##name(void *func)				\
	{								\
		jit_##name = func;					\
	}

#define kfn_call(name)	(*jit_##name)

/*
 * Where the function begins on which a probe was placed at @addr: a probe may
 * go behind what a compiler puts in front of the first instruction.
 */
static inline unsigned long kfn_start(unsigned long addr)
{
	char *sym __free(kfree) = jit_fault(resolve_start, NULL,
					    kmalloc(KSYM_SYMBOL_LEN, GFP_KERNEL));
	unsigned long offset;
	char *plus;

	if (!sym)
		return addr;
	sprint_symbol(sym, addr);
	plus = strchr(sym, '+');
	if (!plus || sscanf(plus, "+0x%lx/", &offset) != 1)
		return addr;
	return addr - offset;
}

#endif /* _JITALLOC_KFN_INDIRECT_H */
