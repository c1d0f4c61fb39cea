/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text is written through an address space that no process has.
 *
 * What is the same in every port that does so is private_mm.c: how text gets
 * into the address space, and out of it. How a CPU loads it is the port's
 * writer.c. Of its port.h this asks for
 *
 *	jit_port_mm_init()	get a new address space ready to be loaded; false
 *				if that fails
 *	jit_port_mm_exit()	undo it
 *	jit_port_alias_prot()	supervisor's, writable, not executable, not global
 *	jit_port_set_alias()	set the entry of a page
 *	jit_port_has_large_alias()	whether a large page can be mapped; if it
 *				can, large_alias.c does that
 *	jit_port_flush_mm()	no CPU uses what it knows of a part of the address
 *				space, or of its tables, any more
 */
#ifndef _JITALLOC_PRIVATE_MM_H
#define _JITALLOC_PRIVATE_MM_H

#include <linux/mm_types_task.h>
#include <linux/types.h>

/*
 * In kernels that check their locks a lock has no room in what describes a page
 * table: it is freed apart, by a function that is not exported.
 */
#if defined(CONFIG_SPLIT_PTE_PTLOCKS) && ALLOC_SPLIT_PTLOCKS
#define JIT_TABLE_KFN_LIST(KFN)			\
	KFN(ptlock_free)
#else
#define JIT_TABLE_KFN_LIST(KFN)
#endif

/* Where a build for tests has it fail; sys/fault.h */
#define JIT_PRIVATE_MM_FAULT_LIST(POINT)	\
	POINT(writer_mm)			\
	POINT(writer_init)			\
	POINT(writer_enter)			\
	POINT(map_area)				\
	POINT(map)				\
	POINT(map_half)

/* Of ports that have large_alias.c */
#define JIT_LARGE_ALIAS_FAULT_LIST(POINT)	\
	POINT(map_large)

struct mm_struct;
struct page;
struct ptdesc;

/* private_mm.c */
struct mm_struct *jit_kfn_mm_alloc(void);
void jit_kfn_ptlock_free(struct ptdesc *table);
void jit_alias_free_table(struct ptdesc *table);
struct mm_struct *jit_writer_create(void);
void jit_writer_destroy(struct mm_struct *mm);
unsigned long jit_writer_place(unsigned long origin, unsigned long len);
int jit_writer_map(struct mm_struct *mm, unsigned long at,
		   const void *text, unsigned long len);
void jit_writer_unmap(struct mm_struct *mm, unsigned long at,
		      unsigned long len);

/* large_alias.c */
bool jit_large_alias_fits(struct page **pages, unsigned long at,
			  unsigned long len);
int jit_large_alias_map(struct mm_struct *mm, unsigned long at,
			struct page *page);
bool jit_large_alias_clear(struct mm_struct *mm, unsigned long at,
			   unsigned long len);

/* writer.c of the port */
void *jit_writer_enter(struct mm_struct *mm);
void *jit_writer_enter_in_task(struct mm_struct *mm);
void jit_writer_leave(void *prev);
void jit_writer_copy(unsigned long at, unsigned long text, const void *src,
		     size_t len);
void jit_writer_set(unsigned long at, unsigned long text, u8 byte, size_t len);
void jit_writer_set_traps(unsigned long at, unsigned long text, size_t len);

#endif /* _JITALLOC_PRIVATE_MM_H */
