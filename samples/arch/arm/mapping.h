/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's page tables say of an address. */
#ifndef _SAMPLES_MAPPING_H
#define _SAMPLES_MAPPING_H

#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/seq_file.h>
#include <asm/proc-fns.h>

/**
 * show_mapping() - print the permissions of an address and its page size
 * @m: where to print, as "r-x 4K\n"
 * @addr: kernel address that has been read: every address space has the
 *	kernel's entries, as soon as they have been used in it
 */
static inline void show_mapping(struct seq_file *m, const void *addr)
{
	unsigned long at = (unsigned long)addr;
	pgd_t *pgd = pgd_offset_pgd(cpu_get_pgd(), at);
	pmd_t *pmd = pmd_offset(pud_offset(p4d_offset(pgd, at), at), at);
	pte_t pte;

	if (pmd_none(*pmd)) {
		seq_puts(m, "--- not mapped\n");
		return;
	}
	/* Text is never on sections. */
	if (pmd_leaf(*pmd)) {
		seq_puts(m, "??? on a section\n");
		return;
	}
	pte = READ_ONCE(*pte_offset_kernel(pmd, at));
	if (!pte_present(pte))
		seq_puts(m, "--- not mapped\n");
	else
		seq_printf(m, "r%c%c 4K\n", pte_write(pte) ? 'w' : '-',
			   pte_val(pte) & L_PTE_XN ? '-' : 'x');
}

#endif /* _SAMPLES_MAPPING_H */
