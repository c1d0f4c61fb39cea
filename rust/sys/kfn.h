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
#ifndef __BINDGEN__ /* it cannot read some attributes in this */
#include <linux/execmem.h>
#endif

#include "port.h"

/*
 * Those that every architecture needs; each has a wrapper in kfn.c. But what
 * set_memory_rox() is made of differs, so a port has it, too.
 */
#define JIT_COMMON_KFN_LIST(KFN)		\
	KFN(__vmalloc_node_range_noprof)	\
	KFN(find_vm_area)			\
	KFN(execmem_alloc)			\
	KFN(execmem_free)			\
	KFN(kallsyms_on_each_match_symbol)	\
	KFN(kallsyms_show_value)

/* The set */
#define JIT_KFN_LIST(KFN)			\
	JIT_COMMON_KFN_LIST(KFN)		\
	JIT_PORT_KFN_LIST(KFN)

/* What code gets its names by; without one of them it has none. */
#if defined(CONFIG_BPF_JIT) && defined(CONFIG_PERF_EVENTS)
#define JIT_OPTIONAL_KFN_LIST(KFN)		\
	KFN(bpf_ksym_add)			\
	KFN(bpf_ksym_del)			\
	KFN(perf_event_ksymbol)
#else
#define JIT_OPTIONAL_KFN_LIST(KFN)
#endif

#define KFN(name) void jit_kfn_set_##name(void *func);
JIT_KFN_LIST(KFN)
JIT_OPTIONAL_KFN_LIST(KFN)
JIT_PORT_FLUSH_KFN_LIST(KFN)
#undef KFN

struct bpf_ksym;
struct cred;

struct execmem_info;
struct vm_struct;

int jit_kfn_resolve(void);
int jit_kfn_execmem_info(struct execmem_info *info);
void *jit_kfn_lookup(const char *name);
int jit_kfn_variable(const char *name, void *value, size_t size);

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
int jit_kfn_kallsyms_on_each_match_symbol(int (*fn)(void *, unsigned long),
					  const char *name, void *data);
bool jit_kfn_kallsyms_show_value(const struct cred *cred);

/* Only if jit_kfn_has_names() */
bool jit_kfn_has_names(void);
void jit_kfn_bpf_ksym_add(struct bpf_ksym *ksym);
void jit_kfn_bpf_ksym_del(struct bpf_ksym *ksym);
void jit_kfn_perf_event_ksymbol(u16 ksym_type, u64 addr, u32 len,
				bool unregister, const char *sym);

/* Whether those of JIT_PORT_FLUSH_KFN_LIST() may be called */
bool jit_kfn_has_pred_flush(void);

#endif /* _JITALLOC_KFN_H */
