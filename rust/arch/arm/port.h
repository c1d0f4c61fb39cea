/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the C files of the other floors need of arm.
 */
#ifndef _JITALLOC_PORT_H
#define _JITALLOC_PORT_H

#include <linux/types.h>

#include "arch/no_pred_flush.h"
#include "arch/private_mm.h"

/* Unexported functions that arm needs; arch/set_memory.c, arch/private_mm.c. */
#define JIT_PORT_KFN_LIST(KFN)			\
	KFN(set_memory_ro)			\
	KFN(set_memory_x)			\
	JIT_TABLE_KFN_LIST(KFN)			\
	KFN(mm_alloc)

/* Where a build for tests has it fail; sys/fault.h */
#define JIT_PORT_FAULT_LIST(POINT)		\
	JIT_PRIVATE_MM_FAULT_LIST(POINT)	\
	POINT(resolve_start)			\
	POINT(set_memory_ro)			\
	POINT(set_memory_x)

struct jit_layout;
struct mm_struct;

int jit_kfn_set_memory_ro(unsigned long addr, int numpages);
int jit_kfn_set_memory_x(unsigned long addr, int numpages);

int jit_port_check(void);
int jit_port_layout(struct jit_layout *layout);
void jit_port_sync_caches(unsigned long start, unsigned long len);

void jit_port_flush_mm(struct mm_struct *mm, unsigned long at,
		       unsigned long len, bool freed_tables);

#ifndef __BINDGEN__
#include <linux/irqflags.h>
#include <linux/pgtable.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <asm/extable.h>
#include <asm/proc-fns.h>

/* As on arm64: other CPUs have to be told of a write, by an interrupt. */
static __always_inline bool jit_port_may_write(void)
{
	return in_task() && !irqs_disabled();
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
	kick_all_cpus_sync();
}

static inline void jit_port_prepare_text(const void *text)
{
}

/* Its ASID is 0 as it is made, and stays that: writer.c. */
static inline bool jit_port_mm_init(struct mm_struct *mm)
{
	return true;
}

static inline void jit_port_mm_exit(struct mm_struct *mm)
{
}

static inline pgprot_t jit_port_alias_prot(void)
{
	return PAGE_KERNEL;
}

/* Not global, or it would outlive the address space in the TLB. */
static inline void jit_port_set_alias(struct mm_struct *mm, unsigned long at,
				      pte_t *ptep, pte_t pte)
{
	set_pte_ext(ptep, pte, PTE_EXT_NG);
}

/* Sections have no entries of user space here. */
static inline bool jit_port_has_large_alias(void)
{
	return false;
}

/* The direct map stays writable; what is beyond it is not in there. */
#define JIT_PORT_TEXT_GFP		__GFP_HIGHMEM

/* The kernel has none. */
#define JIT_PORT_PAGE_KERNEL_ROX	_MOD_PROT(pgprot_kernel, L_PTE_RDONLY)

/* Whether there are exception tables, and what addresses of instructions are multiples of */
#define JIT_PORT_HAS_EXTABLE		true
#define JIT_PORT_INSN_ALIGN		4

/* An entry of an exception table, wherever that is */
static inline void jit_port_set_extable(struct exception_table_entry *e,
					unsigned long at, unsigned long insn,
					unsigned long fixup)
{
	e->insn = insn;
	e->fixup = fixup;
}
#endif

#endif /* _JITALLOC_PORT_H */
