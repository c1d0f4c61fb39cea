/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the C files of the other floors need of x86.
 */
#ifndef _JITALLOC_PORT_H
#define _JITALLOC_PORT_H

#include <linux/types.h>

#include "arch/page_tables.h"
#include "arch/private_mm.h"

/* Unexported functions that only x86 needs; each has a wrapper in kfn.c. */
#define JIT_PORT_KFN_LIST(KFN)			\
	KFN(set_memory_rox)			\
	JIT_TABLE_KFN_LIST(KFN)			\
	KFN(mm_alloc)				\
	KFN(flush_tlb_mm_range)			\
	KFN(use_temporary_mm)			\
	KFN(unuse_temporary_mm)

/* What has the branch predictors of all CPUs forget, if the kernel has it */
#ifdef CONFIG_BPF_JIT
#define JIT_PORT_FLUSH_KFN_LIST(KFN)		\
	KFN(bpf_arch_ibpb)
#else
#define JIT_PORT_FLUSH_KFN_LIST(KFN)
#endif

/* Where a build for tests has it fail; sys/fault.h */
#define JIT_PORT_FAULT_LIST(POINT)		\
	JIT_PRIVATE_MM_FAULT_LIST(POINT)	\
	JIT_LARGE_ALIAS_FAULT_LIST(POINT)	\
	POINT(layout)				\
	POINT(set_memory)			\
	POINT(set_memory_half)

struct jit_layout;
struct mm_struct;

void jit_kfn_flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
				unsigned long end, unsigned int stride_shift,
				bool freed_tables);
struct mm_struct *jit_kfn_use_temporary_mm(struct mm_struct *temp_mm);
void jit_kfn_unuse_temporary_mm(struct mm_struct *prev_mm);
void jit_kfn_bpf_arch_ibpb(void);

int jit_port_check(void);
int jit_port_layout(struct jit_layout *layout);

#ifndef __BINDGEN__
#include <linux/irqflags.h>
#include <linux/pgtable.h>
#include <linux/preempt.h>
#include <linux/stddef.h>
#include <asm/cpufeature.h>
#include <asm/extable.h>

/*
 * A write is looked up and done with interrupts off: nothing that it has found
 * goes away, and no other task runs in the address space that it loads.
 */
static __always_inline bool jit_port_may_write(void)
{
	return !in_nmi();
}

static __always_inline unsigned long jit_port_write_begin(void)
{
	unsigned long flags;

	local_irq_save(flags);
	return flags;
}

static __always_inline void jit_port_write_end(unsigned long flags)
{
	local_irq_restore(flags);
}

/* Elsewhere the barrier would write a register that is not there. */
static inline bool jit_port_has_pred_flush(void)
{
	return cpu_feature_enabled(X86_FEATURE_IBPB);
}

static inline void jit_port_pred_flush(void)
{
	jit_kfn_bpf_arch_ibpb();
}

static inline void jit_port_prepare_text(const void *text)
{
}

static inline bool jit_port_mm_init(struct mm_struct *mm)
{
	return true;
}

static inline void jit_port_mm_exit(struct mm_struct *mm)
{
}

/* Not global, or it would outlive the address space in the TLB. */
static inline pgprot_t jit_port_alias_prot(void)
{
	return __pgprot(pgprot_val(PAGE_KERNEL) & ~_PAGE_GLOBAL);
}

static inline void jit_port_set_alias(struct mm_struct *mm, unsigned long at,
				      pte_t *ptep, pte_t pte)
{
	set_pte_at(mm, at, ptep, pte);
}

/* Each level has to allow a write, and user space; each can forbid to run it. */
static inline unsigned int jit_port_table_flags(u64 entry)
{
	unsigned int flags = 0;

	if (entry & _PAGE_PRESENT)
		flags |= JIT_ENTRY_MAPPED;
	if (entry & _PAGE_RW)
		flags |= JIT_ENTRY_WRITE;
	if (!(entry & _PAGE_NX))
		flags |= JIT_ENTRY_EXEC;
	if (entry & _PAGE_USER)
		flags |= JIT_ENTRY_USER;
	return flags;
}

static inline unsigned int jit_port_leaf_flags(u64 entry)
{
	return jit_port_table_flags(entry);
}

static inline bool jit_port_has_large_alias(void)
{
	return cpu_feature_enabled(X86_FEATURE_PSE);
}

static inline void jit_port_flush_mm(struct mm_struct *mm, unsigned long at,
				     unsigned long len, bool freed_tables)
{
	jit_kfn_flush_tlb_mm_range(mm, at, at + len, PAGE_SHIFT, freed_tables);
}

/* Text may come from any memory: the direct map follows its permissions. */
#define JIT_PORT_TEXT_GFP		0
#define JIT_PORT_PAGE_KERNEL_ROX	PAGE_KERNEL_ROX

/* Whether there are exception tables, and what addresses of instructions are multiples of */
#define JIT_PORT_HAS_EXTABLE		true
#define JIT_PORT_INSN_ALIGN		1

/* An entry of an exception table, as it is when it is at @at */
static inline void jit_port_set_extable(struct exception_table_entry *e,
					unsigned long at, unsigned long insn,
					unsigned long fixup)
{
	e->insn = insn - (at + offsetof(typeof(*e), insn));
	e->fixup = fixup - (at + offsetof(typeof(*e), fixup));
	e->data = EX_TYPE_DEFAULT;
}
#endif

#endif /* _JITALLOC_PORT_H */
