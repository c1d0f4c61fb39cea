// SPDX-License-Identifier: GPL-2.0
/*
 * Large pages in the address space in which text is writable, for the ports whose
 * processors have them: a pack takes no page of page tables then.
 */
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/vmalloc.h>

#include "arch/private_mm.h"
#include "sys/fault.h"
#include "sys/kfn.h"

static void free_table_rcu(struct rcu_head *head)
{
	jit_alias_free_table(container_of(head, struct ptdesc, pt_rcu_head));
}

/* The entry for a large page, if page tables have been made that far. */
static pmd_t *alias_pmd(struct mm_struct *mm, unsigned long at)
{
	pgd_t *pgd = pgd_offset(mm, at);
	p4d_t *p4d;
	pud_t *pud;

	if (pgd_none(*pgd))
		return NULL;
	p4d = p4d_offset(pgd, at);
	if (p4d_none(*p4d))
		return NULL;
	pud = pud_offset(p4d, at);
	if (pud_none(*pud))
		return NULL;
	return pmd_offset(pud, at);
}

/**
 * jit_large_alias_fits() - whether pages are a large one, and are to be mapped as one
 * @pages: the pages
 * @at: where they are to be mapped
 * @len: how many bytes they are
 *
 * Return: whether jit_large_alias_map() may be called for them.
 */
bool jit_large_alias_fits(struct page **pages, unsigned long at,
			  unsigned long len)
{
	unsigned long pfn = page_to_pfn(*pages);
	int i;

	if (len != PMD_SIZE || !IS_ALIGNED(at, PMD_SIZE) ||
	    !IS_ALIGNED(pfn, PTRS_PER_PMD))
		return false;
	for (i = 1; i < PTRS_PER_PTE; i++)
		if (page_to_pfn(pages[i]) != pfn + i)
			return false;
	return true;
}

static int clear_pte(pte_t *pte, unsigned long at, void *data)
{
	pte_clear((struct mm_struct *)data, at, pte);
	return 0;
}

/**
 * jit_large_alias_map() - map a large page writable
 * @mm: address space
 * @at: where
 * @page: the first page
 *
 * The functions that make the tables above are not exported, but one that makes
 * all of them is, so the lowest is made and given back.
 *
 * Context: Process context. May sleep.
 * Return: 0, or -ENOMEM.
 */
int jit_large_alias_map(struct mm_struct *mm, unsigned long at,
			struct page *page)
{
	pmd_t large = pmd_mkhuge(pfn_pmd(page_to_pfn(page),
					 jit_port_alias_prot()));
	pgtable_t ptes;
	pmd_t *pmd;
	int err;

	err = jit_fault(map_large, -ENOMEM,
			apply_to_page_range(mm, at, PAGE_SIZE, clear_pte, mm));
	if (err)
		return err;
	pmd = alias_pmd(mm, at);
	if (!pmd)
		return -ENOMEM;
	ptes = pmd_pgtable(*pmd);
	pmd_clear(pmd);
	/* A CPU may have looked ahead, and one may be just leaving @mm. */
	jit_port_flush_mm(mm, at, PMD_SIZE, true);
	call_rcu(&page_ptdesc(ptes)->pt_rcu_head, free_table_rcu);
	mm_dec_nr_ptes(mm);
	set_pmd(pmd, large);
	return 0;
}

/**
 * jit_large_alias_clear() - undo jit_large_alias_map(), but for what CPUs know
 * @mm: address space
 * @at: where
 * @len: bytes
 *
 * Return: false if that is not mapped as a large page; it stays then.
 */
bool jit_large_alias_clear(struct mm_struct *mm, unsigned long at,
			   unsigned long len)
{
	pmd_t *pmd;

	if (len != PMD_SIZE || !IS_ALIGNED(at, PMD_SIZE))
		return false;
	pmd = alias_pmd(mm, at);
	if (!pmd || !pmd_leaf(*pmd))
		return false;
	pmd_clear(pmd);
	return true;
}
