// SPDX-License-Identifier: GPL-2.0
/*
 * An address space in which text is writable.
 *
 * No process has it. A CPU that writes text loads it with interrupts off, for
 * as long as the write lasts, as the kernel's own poke does with its own: no
 * other CPU can reach the writable mapping, not even speculatively, and no page
 * table of the kernel has it. Unlike the kernel's, the mapping is made once,
 * when the text is, so a write changes no page table and flushes nothing, and
 * any number of CPUs may write at a time.
 */
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "arch/private_mm.h"
#include "kfn_call.h"
#include "sys/fault.h"
#include "sys/kfn.h"

DEFINE_KFN(mm_alloc);

/* Not inline, so that the function of the kernel is called in one place. */
noinline struct mm_struct *jit_kfn_mm_alloc(void)
{
	return kfn_call(mm_alloc)();
}

#if defined(CONFIG_SPLIT_PTE_PTLOCKS) && ALLOC_SPLIT_PTLOCKS
DEFINE_KFN(ptlock_free);

void jit_kfn_ptlock_free(struct ptdesc *table)
{
	kfn_call(ptlock_free)(table);
}

/* pagetable_dtor() is inline and calls it by the kernel's name. */
void ptlock_free(struct ptdesc *table)
{
	jit_kfn_ptlock_free(table);
}
#endif

/**
 * jit_writer_create() - make an address space
 *
 * Context: Process context. May sleep.
 * Return: the address space, or %NULL.
 */
struct mm_struct *jit_writer_create(void)
{
	struct mm_struct *mm = jit_fault(writer_mm, NULL, jit_kfn_mm_alloc());

	if (mm && !jit_fault(writer_init, false, jit_port_mm_init(mm))) {
		mmput(mm);
		return NULL;
	}
	return mm;
}

/**
 * jit_alias_free_table() - free a table of page tables
 * @table: that nothing refers to
 *
 * As pagetable_dtor_free(), which goes on to what modules cannot call.
 */
void jit_alias_free_table(struct ptdesc *table)
{
	pagetable_dtor(table);
	__pagetable_free(table);
}

static void writer_free_pmds(struct mm_struct *mm, pud_t *pud, unsigned long at)
{
	pmd_t *pmds = pmd_offset(pud, at);
	int i;

	for (i = 0; i < PTRS_PER_PMD; i++) {
		pgtable_t ptes;

		if (pmd_none(pmds[i]))
			continue;
		ptes = pmd_pgtable(pmds[i]);
		jit_alias_free_table(page_ptdesc(ptes));
		mm_dec_nr_ptes(mm);
	}
	if (mm_pmd_folded(mm))
		return;
	jit_alias_free_table(virt_to_ptdesc(pmds));
	mm_dec_nr_pmds(mm);
}

static void writer_free_puds(struct mm_struct *mm, p4d_t *p4d, unsigned long at)
{
	pud_t *puds = pud_offset(p4d, at);
	int i;

	for (i = 0; i < PTRS_PER_PUD; i++)
		if (!pud_none(puds[i]))
			writer_free_pmds(mm, &puds[i], at);
	if (mm_pud_folded(mm))
		return;
	jit_alias_free_table(virt_to_ptdesc(puds));
	mm_dec_nr_puds(mm);
}

/**
 * jit_writer_destroy() - free an address space
 * @mm: address space in which nothing is mapped any more
 *
 * The kernel frees page tables by the areas of a process, and there are none.
 * A CPU that has just left @mm may still walk them: see jit_writer_unmap().
 *
 * Context: Process context. May sleep.
 */
void jit_writer_destroy(struct mm_struct *mm)
{
	unsigned long start, at;

	synchronize_rcu();
	/* For the callbacks of tables that were freed before. */
	rcu_barrier();
	/* By address: only the kernel knows which entries a folded table has. */
	for (start = 0; start < TASK_SIZE_MAX; start += PGDIR_SIZE) {
		pgd_t *pgd = pgd_offset(mm, start);

		if (pgd_none(*pgd))
			continue;
		for (at = start; at < min(start + PGDIR_SIZE, TASK_SIZE_MAX);
		     at += P4D_SIZE) {
			p4d_t *p4d = p4d_offset(pgd, at);

			if (!p4d_none(*p4d))
				writer_free_puds(mm, p4d, at);
		}
		if (!mm_p4d_folded(mm))
			jit_alias_free_table(virt_to_ptdesc(p4d_offset(pgd, start)));
	}
	jit_port_mm_exit(mm);
	mmput(mm);
}

/**
 * jit_writer_place() - draw a place for the mappings
 * @origin: where the text begins that is mapped at this place
 * @len: bytes from the first to the last of them
 *
 * Return: an address as far from a multiple of %PMD_SIZE as @origin, which the kernel
 * may have drawn at any page, so that large pages can be mapped as such; different in
 * every boot.
 */
unsigned long jit_writer_place(unsigned long origin, unsigned long len)
{
	unsigned long room = TASK_SIZE_MAX - 2 * PMD_SIZE - ALIGN(len, PMD_SIZE);

	return PMD_SIZE + (get_random_long() % room & PMD_MASK) +
	       (origin & ~PMD_MASK);
}

struct alias {
	struct mm_struct *mm;
	struct page **pages;
};

static int writer_set_pte(pte_t *pte, unsigned long at, void *data)
{
	struct alias *alias = data;

	jit_port_set_alias(alias->mm, at, pte,
			   mk_pte(*alias->pages++, jit_port_alias_prot()));
	return 0;
}

static int writer_clear_pte(pte_t *pte, unsigned long at, void *data)
{
	pte_clear((struct mm_struct *)data, at, pte);
	return 0;
}

/**
 * jit_writer_map() - map text writable
 * @mm: address space
 * @at: where, a multiple of the page size
 * @text: what, the start of a page of vmalloc memory
 * @len: bytes, a multiple of the page size
 *
 * Context: Process context. May sleep.
 * Return: 0, -ENOMEM, or -EFAULT if @text is not vmalloc memory.
 */
int jit_writer_map(struct mm_struct *mm, unsigned long at,
		   const void *text, unsigned long len)
{
	/* Others may split and collapse the mapping of @text: don't walk it. */
	const struct vm_struct *area = jit_fault(map_area, NULL,
						 jit_kfn_find_vm_area(text));
	struct alias alias = { .mm = mm };
	unsigned long first;
	int err;

	if (!area || !area->pages)
		return -EFAULT;
	first = (text - area->addr) >> PAGE_SHIFT;
	if (first + (len >> PAGE_SHIFT) > area->nr_pages)
		return -EFAULT;
	alias.pages = area->pages + first;
	if (jit_port_has_large_alias() &&
	    jit_large_alias_fits(alias.pages, at, len))
		return jit_large_alias_map(mm, at, *alias.pages);
	err = jit_fault(map, -ENOMEM,
			jit_fault(map_half,
				  apply_to_page_range(mm, at, PAGE_ALIGN(len / 2),
						      writer_set_pte, &alias) ?: -ENOMEM,
				  apply_to_page_range(mm, at, len,
						      writer_set_pte, &alias)));
	if (err)
		jit_writer_unmap(mm, at, len);
	return err;
}

/**
 * jit_writer_unmap() - undo jit_writer_map()
 * @mm: address space
 * @at: where
 * @len: bytes
 *
 * When it returns, no CPU writes the text through @mm any more. One that is just
 * leaving @mm may still have it loaded, for unuse_temporary_mm() clears its bit in
 * mm_cpumask() first, so that it is not flushed here. It has interrupts off,
 * touches nothing in @mm, and flushes when it enters the next time; but it may
 * still walk page tables, so these are freed after an RCU grace period.
 *
 * Context: Process context. May sleep.
 */
void jit_writer_unmap(struct mm_struct *mm, unsigned long at,
		      unsigned long len)
{
	if (!jit_port_has_large_alias() ||
	    !jit_large_alias_clear(mm, at, len))
		apply_to_page_range(mm, at, len, writer_clear_pte, mm);
	/* Interrupts only CPUs that are in @mm; the others flush when they enter. */
	jit_port_flush_mm(mm, at, len, false);
}
