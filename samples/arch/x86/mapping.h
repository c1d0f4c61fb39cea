/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's page tables say of an address. */
#ifndef _SAMPLES_MAPPING_H
#define _SAMPLES_MAPPING_H

#include <linux/pgtable.h>
#include <linux/seq_file.h>

/**
 * show_mapping() - print the permissions of an address and its page size
 * @m: where to print, as "r-x 4K\n"
 * @addr: kernel address
 */
static inline void show_mapping(struct seq_file *m, const void *addr)
{
	unsigned int level;
	pte_t *pte = lookup_address((unsigned long)addr, &level);
	pteval_t flags = pte ? pte_flags(READ_ONCE(*pte)) : 0;

	if (!(flags & _PAGE_PRESENT)) {
		seq_puts(m, "--- not mapped\n");
		return;
	}
	seq_printf(m, "r%c%c %s\n", flags & _PAGE_RW ? 'w' : '-',
		   flags & _PAGE_NX ? '-' : 'x',
		   level == PG_LEVEL_4K ? "4K" :
		   level == PG_LEVEL_2M ? "2M" : "1G");
}

#endif /* _SAMPLES_MAPPING_H */
