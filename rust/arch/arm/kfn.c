// SPDX-License-Identifier: GPL-2.0
/*
 * Unexported functions that arm needs.
 */
#include <linux/mm.h>
#include <linux/set_memory.h>
#include <asm/text-patching.h>

#include "kfn_call.h"
#include "sys/kfn.h"

DEFINE_KFN(set_memory_ro);

int jit_kfn_set_memory_ro(unsigned long addr, int numpages)
{
	return kfn_call(set_memory_ro)(addr, numpages);
}

DEFINE_KFN(set_memory_x);

int jit_kfn_set_memory_x(unsigned long addr, int numpages)
{
	return kfn_call(set_memory_x)(addr, numpages);
}

/* The kernel has it as an inline function: never executable before read-only. */
int jit_kfn_set_memory_rox(unsigned long addr, int numpages)
{
	return jit_kfn_set_memory_ro(addr, numpages) ?:
	       jit_kfn_set_memory_x(addr, numpages);
}

/* It is found by jit_port_layout(), for it cannot be probed. */
DEFINE_KFN(__patch_text_real);

void jit_kfn___patch_text_real(void *addr, unsigned int insn, bool remap)
{
	kfn_call(__patch_text_real)(addr, insn, remap);
}
