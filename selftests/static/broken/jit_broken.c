// SPDX-License-Identifier: GPL-2.0
/*
 * What the static checks must find. Never loaded.
 */
#include <linux/module.h>
#include <linux/static_call.h>

#include "jit_broken.h"

DEFINE_STATIC_CALL_NULL(jit_set_memory_rox, set_memory_rox);
DEFINE_STATIC_CALL_NULL(jit_set_memory_rw, set_memory_rw);

/* As it should be */
int jit_kfn_set_memory_rox(unsigned long addr, int numpages)
{
	return static_call(jit_set_memory_rox)(addr, numpages);
}

/* Through a pointer: becomes a retpoline, or an indirect call. */
int (*jit_pointer)(unsigned long addr, unsigned long numpages);

int jit_kfn_set_memory_ro(unsigned long addr, unsigned long numpages)
{
	return jit_pointer(addr, numpages);
}

/* A call that no compiler has seen */
void *jit_kfn_text_poke_copy(void *addr, const void *opcode, int len)
{
	asm volatile(ANNOTATE_RETPOLINE_SAFE "\n\tcall *%0" : : "r" (opcode));
	return addr;
}

/* A static call, in the wrapper and elsewhere */
int jit_kfn_set_memory_rw(unsigned long addr, int numpages)
{
	return static_call(jit_set_memory_rw)(addr, numpages);
}

int jit_kfn_set_memory_nx(unsigned long addr, int numpages)
{
	return static_call(jit_set_memory_rw)(addr, numpages) + 1;
}

int jit_kfn_no_such_function(void)
{
	return 0;
}

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("What the static checks must find");
MODULE_LICENSE("GPL");
