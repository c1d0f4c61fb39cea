/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the C files of the other floors need of arm64.
 */
#ifndef _JITALLOC_PORT_H
#define _JITALLOC_PORT_H

#include <linux/types.h>

#include "arch/no_pred_flush.h"
#include "arch/page_tables.h"
#include "arch/private_mm.h"

/*
 * Unexported functions that arm64 needs; each has a wrapper in kfn.c or in
 * arch/set_memory.c.
 */
#define JIT_PORT_KFN_LIST(KFN)			\
	KFN(set_memory_ro)			\
	KFN(set_memory_x)			\
	JIT_TABLE_KFN_LIST(KFN)			\
	KFN(mm_alloc)

/* Where a build for tests has it fail; sys/fault.h */
#define JIT_PORT_FAULT_LIST(POINT)		\
	JIT_PRIVATE_MM_FAULT_LIST(POINT)	\
	JIT_LARGE_ALIAS_FAULT_LIST(POINT)	\
	POINT(resolve_start)			\
	POINT(prepare_text)			\
	POINT(set_memory_ro)			\
	POINT(set_memory_x)

struct jit_layout;
struct mm_struct;

int jit_kfn_set_memory_ro(unsigned long addr, int numpages);
int jit_kfn_set_memory_x(unsigned long addr, int numpages);

int jit_port_check(void);
int jit_port_layout(struct jit_layout *layout);
void jit_port_sync_caches(unsigned long start, unsigned long len);
void jit_port_prepare_text(const void *text);

bool jit_port_mm_init(struct mm_struct *mm);
void jit_port_mm_exit(struct mm_struct *mm);
void jit_port_flush_mm(struct mm_struct *mm, unsigned long at,
		       unsigned long len, bool freed_tables);

#ifndef __BINDGEN__
#include <linux/bits.h>
#include <linux/irqflags.h>
#include <linux/pgtable.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/stddef.h>
#include <asm/asm-extable.h>
#include <asm/extable.h>

/*
 * A write is looked up and done with interrupts off: nothing that it has found
 * goes away, and no other task runs in the address space that it loads. After it
 * the other CPUs are interrupted, since the architecture lets each of them run
 * what it has fetched before until it synchronises its context. That takes a
 * task with interrupts on.
 */
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

/* Not global, or it would outlive the address space in the TLB. */
static inline pgprot_t jit_port_alias_prot(void)
{
	return __pgprot(pgprot_val(PAGE_KERNEL) | PTE_NG);
}

/* Without what folds neighbours into contiguous entries: they come and go alone. */
static inline void jit_port_set_alias(struct mm_struct *mm, unsigned long at,
				      pte_t *ptep, pte_t pte)
{
	__set_pte(ptep, pte);
}

/* A table can forbid to write, and to run, what is below it. */
static inline unsigned int jit_port_table_flags(u64 entry)
{
	unsigned int flags = JIT_ENTRY_ALL;

	if (!(entry & PTE_VALID))
		flags &= ~JIT_ENTRY_MAPPED;
	if (entry & BIT_ULL(62))	/* APTable[1] */
		flags &= ~JIT_ENTRY_WRITE;
	if (entry & PMD_TABLE_PXN)
		flags &= ~JIT_ENTRY_EXEC;
	return flags;
}

/* With PTE_DBM the hardware makes an entry writable when it is written to. */
static inline unsigned int jit_port_leaf_flags(u64 entry)
{
	unsigned int flags = 0;

	if (entry & PTE_VALID)
		flags |= JIT_ENTRY_MAPPED;
	if (!(entry & PTE_RDONLY) || entry & PTE_DBM)
		flags |= JIT_ENTRY_WRITE;
	if (!(entry & PTE_PXN))
		flags |= JIT_ENTRY_EXEC;
	if (entry & PTE_USER || !(entry & PTE_UXN))
		flags |= JIT_ENTRY_USER;
	return flags;
}

static inline bool jit_port_has_large_alias(void)
{
	return true;
}

/* Text may come from any memory: the direct map follows its permissions. */
#define JIT_PORT_TEXT_GFP		0
#define JIT_PORT_PAGE_KERNEL_ROX	PAGE_KERNEL_ROX

/* Whether there are exception tables, and what addresses of instructions are multiples of */
#define JIT_PORT_HAS_EXTABLE		true
#define JIT_PORT_INSN_ALIGN		4

/*
 * An entry of an exception table, as it is when it is at @at. The kernel writes an
 * error into one register and zero into another: both are the zero register.
 */
static inline void jit_port_set_extable(struct exception_table_entry *e,
					unsigned long at, unsigned long insn,
					unsigned long fixup)
{
	e->insn = insn - (at + offsetof(typeof(*e), insn));
	e->fixup = fixup - (at + offsetof(typeof(*e), fixup));
	e->type = EX_TYPE_KACCESS_ERR_ZERO;
	e->data = EX_DATA_REG_ERR | EX_DATA_REG_ZERO;
}
#endif

#endif /* _JITALLOC_PORT_H */
