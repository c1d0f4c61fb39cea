/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's page tables say of an address. */
#ifndef _SAMPLES_MAPPING_H
#define _SAMPLES_MAPPING_H

#include <linux/bits.h>
#include <linux/kconfig.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <asm/sysreg.h>

/*
 * The kernel's table is that of TTBR1; the linear map has it. It begins with a
 * page. With 52-bit addresses the register may point into the table, where
 * 48-bit ones begin, and has the top bits of a 52-bit address in bits 2 to 5.
 */
static inline pgd_t *mapping_pgd(unsigned long addr)
{
	u64 ttbr = read_sysreg(ttbr1_el1);
	phys_addr_t table = ttbr & GENMASK_ULL(47, PAGE_SHIFT);

	if (IS_ENABLED(CONFIG_ARM64_PA_BITS_52))
		table |= (ttbr & GENMASK_ULL(5, 2)) << 46;
	return pgd_offset_pgd((pgd_t *)phys_to_virt(table), addr);
}

/*
 * The entry that maps @addr, and how much it maps, with its neighbours if they
 * are contiguous; 0 if nothing does.
 */
static inline u64 mapping_entry(unsigned long addr, unsigned long *size)
{
	pgd_t *pgd = mapping_pgd(addr);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	u64 entry;

	*size = PAGE_SIZE;
	if (pgd_none(READ_ONCE(*pgd)))
		return 0;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(READ_ONCE(*p4d)))
		return 0;
	pud = pud_offset(p4d, addr);
	if (pud_none(READ_ONCE(*pud)))
		return 0;
	if (pud_leaf(READ_ONCE(*pud))) {
		*size = PUD_SIZE;
		return pud_val(READ_ONCE(*pud));
	}
	pmd = pmd_offset(pud, addr);
	if (pmd_none(READ_ONCE(*pmd)))
		return 0;
	if (pmd_leaf(READ_ONCE(*pmd))) {
		entry = pmd_val(READ_ONCE(*pmd));
		*size = entry & PTE_CONT ? CONT_PMD_SIZE : PMD_SIZE;
		return entry;
	}
	entry = pte_val(READ_ONCE(*pte_offset_kernel(pmd, addr)));
	if (entry & PTE_CONT)
		*size = CONT_PTE_SIZE;
	return entry;
}

/**
 * show_mapping() - print the permissions of an address and its page size
 * @m: where to print, as "r-x 4K\n" or "r-x 64K (contiguous)\n"
 * @addr: kernel address
 */
static inline void show_mapping(struct seq_file *m, const void *addr)
{
	unsigned long size;
	u64 entry = mapping_entry((unsigned long)addr, &size);
	bool is_writable = !(entry & PTE_RDONLY) || entry & PTE_DBM;

	if (!(entry & PTE_VALID)) {
		seq_puts(m, "--- not mapped\n");
		return;
	}
	seq_printf(m, "r%c%c ", is_writable ? 'w' : '-',
		   entry & PTE_PXN ? '-' : 'x');
	if (size >= SZ_1M)
		seq_printf(m, "%luM", size / SZ_1M);
	else
		seq_printf(m, "%luK", size / SZ_1K);
	seq_puts(m, entry & PTE_CONT ? " (contiguous)\n" : "\n");
}

#endif /* _SAMPLES_MAPPING_H */
