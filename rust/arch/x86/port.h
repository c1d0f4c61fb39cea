/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the C files of the other floors need of x86.
 */
#ifndef _JITALLOC_PORT_H
#define _JITALLOC_PORT_H

#include <linux/types.h>

/* Unexported functions that only x86 needs; each has a wrapper in kfn.c. */
#define JIT_PORT_KFN_LIST(KFN)			\
	KFN(mm_alloc)				\
	KFN(flush_tlb_mm_range)			\
	KFN(use_temporary_mm)			\
	KFN(unuse_temporary_mm)

struct jit_layout;
struct mm_struct;

struct mm_struct *jit_kfn_mm_alloc(void);
void jit_kfn_flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
				unsigned long end, unsigned int stride_shift,
				bool freed_tables);
struct mm_struct *jit_kfn_use_temporary_mm(struct mm_struct *temp_mm);
void jit_kfn_unuse_temporary_mm(struct mm_struct *prev_mm);

int jit_port_check(void);
int jit_port_layout(struct jit_layout *layout);

struct mm_struct *jit_writer_create(void);
void jit_writer_destroy(struct mm_struct *mm);
unsigned long jit_writer_place(unsigned long len);
int jit_writer_map(struct mm_struct *mm, unsigned long at,
		   const void *text, unsigned long len);
void jit_writer_unmap(struct mm_struct *mm, unsigned long at,
		      unsigned long len);
struct mm_struct *jit_writer_enter(struct mm_struct *mm);
struct mm_struct *jit_writer_enter_in_task(struct mm_struct *mm);
void jit_writer_leave(struct mm_struct *prev);
void jit_writer_copy(unsigned long at, const void *src, size_t len);
void jit_writer_set(unsigned long at, u8 byte, size_t len);

#ifndef __BINDGEN__
#include <linux/irqflags.h>
#include <linux/preempt.h>

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
#endif

#endif /* _JITALLOC_PORT_H */
