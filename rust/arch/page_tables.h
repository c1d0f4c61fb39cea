/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What page tables say of an address.
 */
#ifndef _JITALLOC_PAGE_TABLES_H
#define _JITALLOC_PAGE_TABLES_H

#include <linux/bits.h>
#include <linux/types.h>

struct mm_struct;

/* What all levels together let the CPU do there. */
#define JIT_ENTRY_WRITE		0x1	/* the kernel may write */
#define JIT_ENTRY_EXEC		0x2	/* the kernel may run it */
#define JIT_ENTRY_USER		0x4	/* user space may do something */
#define JIT_ENTRY_MAPPED	0x8	/* there is a translation at all */
#define JIT_ENTRY_ALL		0xf

/**
 * struct jit_entry - a translation
 * @pfn: page frame that the address is translated to
 * @flags: JIT_ENTRY_*; 0 if there is no translation
 */
struct jit_entry {
	unsigned long pfn;
	unsigned int flags;
};

bool jit_tables_lock(void);
void jit_tables_unlock(void);
struct jit_entry jit_tables_kernel(unsigned long addr);
struct jit_entry jit_tables_direct(unsigned long pfn);
struct jit_entry jit_tables_private(struct mm_struct *mm, unsigned long at);

#endif /* _JITALLOC_PAGE_TABLES_H */
