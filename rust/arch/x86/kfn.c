// SPDX-License-Identifier: GPL-2.0
/*
 * Unexported functions that only x86 needs.
 */
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/set_memory.h>
#include <asm/mmu_context.h>
#include <asm/nospec-branch.h>

#include "kfn_call.h"
#include "sys/fault.h"
#include "sys/kfn.h"

/* The kernel's headers hide this one from modules. */
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
			unsigned long end, unsigned int stride_shift,
			bool freed_tables);

DEFINE_KFN(set_memory_rox);

int jit_kfn_set_memory_rox(unsigned long addr, int numpages)
{
	int half = DIV_ROUND_UP(numpages, 2);

	return jit_fault(set_memory, -ENOMEM,
			 jit_fault(set_memory_half,
				   kfn_call(set_memory_rox)(addr, half) ?: -ENOMEM,
				   kfn_call(set_memory_rox)(addr, numpages)));
}

DEFINE_KFN(flush_tlb_mm_range);

void jit_kfn_flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
				unsigned long end, unsigned int stride_shift,
				bool freed_tables)
{
	kfn_call(flush_tlb_mm_range)(mm, start, end, stride_shift,
				     freed_tables);
}

DEFINE_KFN(use_temporary_mm);

struct mm_struct *jit_kfn_use_temporary_mm(struct mm_struct *temp_mm)
{
	return kfn_call(use_temporary_mm)(temp_mm);
}
NOKPROBE_SYMBOL(jit_kfn_use_temporary_mm);

DEFINE_KFN(unuse_temporary_mm);

void jit_kfn_unuse_temporary_mm(struct mm_struct *prev_mm)
{
	kfn_call(unuse_temporary_mm)(prev_mm);
}
NOKPROBE_SYMBOL(jit_kfn_unuse_temporary_mm);

#ifdef CONFIG_BPF_JIT
DEFINE_KFN(bpf_arch_ibpb);

void jit_kfn_bpf_arch_ibpb(void)
{
	kfn_call(bpf_arch_ibpb)();
}
#else
void jit_kfn_bpf_arch_ibpb(void)
{
}
#endif
