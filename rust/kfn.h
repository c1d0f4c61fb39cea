/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The closed set of kernel functions that the kernel does not export.
 *
 * jit_kfn_NAME() has the prototype of the kernel's NAME() and calls it.
 */
#ifndef _JITALLOC_KFN_H
#define _JITALLOC_KFN_H

#include <linux/pgtable.h>
#include <linux/types.h>

/* The set. Every entry needs a jit_kfn_NAME() in resolve.c. */
#define JIT_KFN_LIST(KFN)			\
	KFN(__vmalloc_node_range_noprof)	\
	KFN(set_memory_rox)			\
	KFN(text_poke_copy)			\
	KFN(text_poke_set)			\
	KFN(kallsyms_on_each_match_symbol)

struct execmem_info;

int jit_kfn_resolve(void);
int jit_kfn_execmem_info(struct execmem_info *info);

void *jit_kfn___vmalloc_node_range_noprof(unsigned long size,
					  unsigned long align,
					  unsigned long start,
					  unsigned long end, gfp_t gfp_mask,
					  pgprot_t prot, unsigned long vm_flags,
					  int node, const void *caller);
int jit_kfn_set_memory_rox(unsigned long addr, int numpages);
void *jit_kfn_text_poke_copy(void *addr, const void *opcode, size_t len);
void *jit_kfn_text_poke_set(void *addr, int c, size_t len);
int jit_kfn_kallsyms_on_each_match_symbol(int (*fn)(void *, unsigned long),
					  const char *name, void *data);

#endif /* _JITALLOC_KFN_H */
