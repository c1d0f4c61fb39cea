// SPDX-License-Identifier: GPL-2.0
/*
 * Reads page tables: those of the kernel, and of the address space in which text
 * is writable.
 *
 * Nothing that a module can call says what all levels together allow, for one
 * address and without a large page hiding that it is one. A port says what an
 * entry allows: jit_port_table_flags() and jit_port_leaf_flags(), of the bits
 * that the hardware looks at.
 */
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pgtable.h>

#include "arch/page_tables.h"
#include "sys/kfn.h"

static struct mm_struct *kernel_mm;

/**
 * jit_tables_lock() - keep the kernel's page tables from being freed
 *
 * The kernel splits large pages and makes them whole again, and frees the tables
 * of what is whole. It does so under this lock of init_mm, for the sake of who
 * dumps its tables. Permissions change without it.
 *
 * Context: Process context. May sleep.
 * Return: whether init_mm is found; one line in the log says so if not.
 */
bool jit_tables_lock(void)
{
	if (!kernel_mm)
		kernel_mm = jit_kfn_lookup("init_mm");
	if (!kernel_mm)
		return false;
	mmap_write_lock(kernel_mm);
	return true;
}

/**
 * jit_tables_unlock() - undo jit_tables_lock()
 */
void jit_tables_unlock(void)
{
	mmap_write_unlock(kernel_mm);
}

static struct jit_entry leaf(unsigned int flags, u64 entry, unsigned long pfn,
			     unsigned long addr, unsigned long size)
{
	return (struct jit_entry) {
		.pfn = pfn + ((addr & (size - 1)) >> PAGE_SHIFT),
		.flags = flags & jit_port_leaf_flags(entry),
	};
}

static struct jit_entry look(struct mm_struct *mm, unsigned long addr)
{
	unsigned int flags = JIT_ENTRY_ALL;
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d;
	pud_t *pud, pude;
	pmd_t *pmd, pmde;
	pte_t pte;

	if (pgd_none(*pgd))
		return (struct jit_entry) { };
	flags &= jit_port_table_flags(pgd_val(*pgd));
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(*p4d))
		return (struct jit_entry) { };
	flags &= jit_port_table_flags(p4d_val(*p4d));
	pud = pud_offset(p4d, addr);
	pude = READ_ONCE(*pud);
	if (pud_none(pude))
		return (struct jit_entry) { };
	if (pud_leaf(pude))
		return leaf(flags, pud_val(pude), pud_pfn(pude), addr, PUD_SIZE);
	flags &= jit_port_table_flags(pud_val(pude));
	pmd = pmd_offset(pud, addr);
	pmde = READ_ONCE(*pmd);
	if (pmd_none(pmde))
		return (struct jit_entry) { };
	if (pmd_leaf(pmde))
		return leaf(flags, pmd_val(pmde), pmd_pfn(pmde), addr, PMD_SIZE);
	flags &= jit_port_table_flags(pmd_val(pmde));
	pte = READ_ONCE(*pte_offset_kernel(pmd, addr));
	return leaf(flags, pte_val(pte), pte_pfn(pte), addr, PAGE_SIZE);
}

/* What is not mapped allows nothing. */
static struct jit_entry look_at(struct mm_struct *mm, unsigned long addr)
{
	struct jit_entry entry = look(mm, addr);

	if (!(entry.flags & JIT_ENTRY_MAPPED))
		entry = (struct jit_entry) { };
	return entry;
}

/**
 * jit_tables_kernel() - what the kernel's page tables say
 * @addr: of the kernel
 *
 * Context: Under jit_tables_lock().
 * Return: the translation.
 */
struct jit_entry jit_tables_kernel(unsigned long addr)
{
	return look_at(kernel_mm, addr);
}

/**
 * jit_tables_direct() - what they say of the direct map of a page
 * @pfn: of memory
 *
 * Context: Under jit_tables_lock().
 * Return: the translation; none if the page is in no direct map.
 */
struct jit_entry jit_tables_direct(unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);

	if (PageHighMem(page))
		return (struct jit_entry) { };
	return look_at(kernel_mm, (unsigned long)page_address(page));
}

/**
 * jit_tables_private() - what the page tables of an address space say
 * @mm: address space that no process has
 * @at: in it, an address that stays mapped
 *
 * Context: Any.
 * Return: the translation.
 */
struct jit_entry jit_tables_private(struct mm_struct *mm, unsigned long at)
{
	return look_at(mm, at);
}
