// SPDX-License-Identifier: GPL-2.0
/*
 * Unexported functions that every architecture needs.
 *
 * The wrappers' prototypes are held against the kernel's headers here; selftests
 * hold them against the BTF of the kernel that runs.
 */
#include <linux/bpf.h>
#include <linux/execmem.h>
#include <linux/kallsyms.h>
#include <linux/perf_event.h>
#include <linux/vmalloc.h>

#include "kfn_call.h"
#include "sys/kfn.h"

DEFINE_KFN(__vmalloc_node_range_noprof);

void *jit_kfn___vmalloc_node_range_noprof(unsigned long size,
					  unsigned long align,
					  unsigned long start,
					  unsigned long end, gfp_t gfp_mask,
					  pgprot_t prot, unsigned long vm_flags,
					  int node, const void *caller)
{
	return kfn_call(__vmalloc_node_range_noprof)(size, align, start,
							    end, gfp_mask, prot,
							    vm_flags, node,
							    caller);
}

DEFINE_KFN(find_vm_area);

struct vm_struct *jit_kfn_find_vm_area(const void *addr)
{
	return kfn_call(find_vm_area)(addr);
}

DEFINE_KFN(execmem_alloc);

void *jit_kfn_execmem_alloc(enum execmem_type type, size_t size)
{
	return kfn_call(execmem_alloc)(type, size);
}

DEFINE_KFN(execmem_free);

void jit_kfn_execmem_free(void *ptr)
{
	kfn_call(execmem_free)(ptr);
}

DEFINE_KFN(kallsyms_on_each_match_symbol);

int jit_kfn_kallsyms_on_each_match_symbol(int (*fn)(void *, unsigned long),
					  const char *name, void *data)
{
	return kfn_call(kallsyms_on_each_match_symbol)(fn, name, data);
}

DEFINE_KFN(kallsyms_show_value);

bool jit_kfn_kallsyms_show_value(const struct cred *cred)
{
	return kfn_call(kallsyms_show_value)(cred);
}

#if defined(CONFIG_BPF_JIT) && defined(CONFIG_PERF_EVENTS)
DEFINE_KFN(bpf_ksym_add);

void jit_kfn_bpf_ksym_add(struct bpf_ksym *ksym)
{
	kfn_call(bpf_ksym_add)(ksym);
}

DEFINE_KFN(bpf_ksym_del);

void jit_kfn_bpf_ksym_del(struct bpf_ksym *ksym)
{
	kfn_call(bpf_ksym_del)(ksym);
}

DEFINE_KFN(perf_event_ksymbol);

void jit_kfn_perf_event_ksymbol(u16 ksym_type, u64 addr, u32 len,
				bool unregister, const char *sym)
{
	kfn_call(perf_event_ksymbol)(ksym_type, addr, len, unregister, sym);
}
#else
void jit_kfn_bpf_ksym_add(struct bpf_ksym *ksym)
{
}

void jit_kfn_bpf_ksym_del(struct bpf_ksym *ksym)
{
}

void jit_kfn_perf_event_ksymbol(u16 ksym_type, u64 addr, u32 len,
				bool unregister, const char *sym)
{
}
#endif
