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
#ifndef __BINDGEN__ /* it takes some attributes of what this includes amiss */
#include <linux/execmem.h>
#endif

/* The set. Every entry needs a jit_kfn_NAME() in resolve.c. */
#define JIT_KFN_LIST(KFN)			\
	KFN(__vmalloc_node_range_noprof)	\
	KFN(find_vm_area)			\
	KFN(set_memory_rox)			\
	KFN(execmem_alloc)			\
	KFN(execmem_free)			\
	KFN(mm_alloc)				\
	KFN(flush_tlb_mm_range)			\
	KFN(use_temporary_mm)			\
	KFN(unuse_temporary_mm)			\
	KFN(kallsyms_on_each_match_symbol)

struct execmem_info;
struct mm_struct;
struct vm_struct;

int jit_kfn_resolve(void);
int jit_kfn_execmem_info(struct execmem_info *info);

void *jit_kfn___vmalloc_node_range_noprof(unsigned long size,
					  unsigned long align,
					  unsigned long start,
					  unsigned long end, gfp_t gfp_mask,
					  pgprot_t prot, unsigned long vm_flags,
					  int node, const void *caller);
struct vm_struct *jit_kfn_find_vm_area(const void *addr);
int jit_kfn_set_memory_rox(unsigned long addr, int numpages);
#ifndef __BINDGEN__
void *jit_kfn_execmem_alloc(enum execmem_type type, size_t size);
void jit_kfn_execmem_free(void *ptr);
#endif
struct mm_struct *jit_kfn_mm_alloc(void);
void jit_kfn_flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
				unsigned long end, unsigned int stride_shift,
				bool freed_tables);
struct mm_struct *jit_kfn_use_temporary_mm(struct mm_struct *temp_mm);
void jit_kfn_unuse_temporary_mm(struct mm_struct *prev_mm);
int jit_kfn_kallsyms_on_each_match_symbol(int (*fn)(void *, unsigned long),
					  const char *name, void *data);

#endif /* _JITALLOC_KFN_H */
