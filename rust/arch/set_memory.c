// SPDX-License-Identifier: GPL-2.0
/*
 * Permissions of text, for the ports whose kernel has no function that makes it
 * read-only and executable at once.
 */
#include <linux/mm.h>
#include <linux/set_memory.h>

#include "kfn_call.h"
#include "sys/fault.h"
#include "sys/kfn.h"

DEFINE_KFN(set_memory_ro);

int jit_kfn_set_memory_ro(unsigned long addr, int numpages)
{
	return jit_fault(set_memory_ro, -ENOMEM,
			 kfn_call(set_memory_ro)(addr, numpages));
}

DEFINE_KFN(set_memory_x);

int jit_kfn_set_memory_x(unsigned long addr, int numpages)
{
	return jit_fault(set_memory_x, -ENOMEM,
			 kfn_call(set_memory_x)(addr, numpages));
}

/* The kernel has it as an inline function: never executable before read-only. */
int jit_kfn_set_memory_rox(unsigned long addr, int numpages)
{
	return jit_kfn_set_memory_ro(addr, numpages) ?:
	       jit_kfn_set_memory_x(addr, numpages);
}
