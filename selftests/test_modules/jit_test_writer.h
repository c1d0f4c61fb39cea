/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the writer's page tables say. To be included by one file of a module.
 *
 * The address space that text is written through belongs to no process. A probe
 * on the function that maps text there tells which it is; its page tables are read
 * then, and what they say is held against the kernel's own.
 */
#ifndef _JIT_TEST_WRITER_H
#define _JIT_TEST_WRITER_H

#include <linux/kprobes.h>
#include <linux/moduleparam.h>
#include <linux/vmalloc.h>

#include "jit_test_packs.h"

static bool has_private_mm = true;
module_param(has_private_mm, bool, 0400);
MODULE_PARM_DESC(has_private_mm, "text is written through an address space of its own");

static struct mm_struct *writer_mm;
static unsigned long writer_distance;

static int map_handler(struct kprobe *kp, struct pt_regs *regs)
{
	writer_mm = (void *)regs_get_kernel_argument(regs, 0);
	writer_distance = regs_get_kernel_argument(regs, 2) -
			  regs_get_kernel_argument(regs, 1);
	return 0;
}

static struct kprobe map_probe = {
	.symbol_name	= "jit_writer_map",
	.pre_handler	= map_handler,
};

struct mappings {
	unsigned long pages;	/* that are mapped */
	unsigned long stale;	/* of those, that are not text of the kernel's tables */
	unsigned long tables;
};

static void look_at_leaf(struct mappings *found, unsigned long at,
			 unsigned long pfn, unsigned long nr)
{
	for (; nr--; at += PAGE_SIZE, pfn++) {
		const void *text = (void *)(at + writer_distance);
		struct jit_test_page page = jit_test_page(text);

		found->pages++;
		if (!page.mapped || page.writable || !page.executable ||
		    vmalloc_to_pfn(text) != pfn)
			found->stale++;
	}
}

static void look_at_pmds(struct mappings *found, pmd_t *pmds, unsigned long at)
{
	int i, j;

	found->tables++;
	for (i = 0; i < PTRS_PER_PMD; i++, at += PMD_SIZE) {
		pte_t *ptes;

		if (pmd_none(pmds[i]))
			continue;
		if (pmd_leaf(pmds[i])) {
			look_at_leaf(found, at, pmd_pfn(pmds[i]), PTRS_PER_PTE);
			continue;
		}
		found->tables++;
		ptes = pte_offset_kernel(&pmds[i], at);
		for (j = 0; j < PTRS_PER_PTE; j++)
			if (!pte_none(ptes[j]))
				look_at_leaf(found, at + j * PAGE_SIZE,
					     pte_pfn(ptes[j]), 1);
	}
}

/* By address: only the kernel knows which levels are folded. */
static struct mappings look_at_writer(void)
{
	struct mappings found = { };
	unsigned long start, at, i;

	for (start = 0; writer_mm && start < TASK_SIZE_MAX; start += PGDIR_SIZE) {
		pgd_t *pgd = pgd_offset(writer_mm, start);

		if (pgd_none(*pgd))
			continue;
		for (at = start; at < min(start + PGDIR_SIZE, TASK_SIZE_MAX);
		     at += P4D_SIZE) {
			p4d_t *p4d = p4d_offset(pgd, at);
			pud_t *puds;

			if (p4d_none(*p4d))
				continue;
			found.tables++;
			puds = pud_offset(p4d, at);
			for (i = 0; i < PTRS_PER_PUD; i++)
				if (!pud_none(puds[i]))
					look_at_pmds(&found,
						     pmd_offset(&puds[i], at + i * PUD_SIZE),
						     at + i * PUD_SIZE);
		}
	}
	return found;
}

/* Nothing is written meanwhile, and nothing made or freed. */
static void check_writer(bool is_empty)
{
	struct mappings found;

	if (!has_private_mm)
		return;
	found = look_at_writer();
	jit_test_note("%lu pages in %lu tables of the writer", found.pages,
		      found.tables);
	jit_test_result(!found.stale, "the writer reaches nothing but text");
	if (writer_mm)
		jit_test_result(mm_pgtables_bytes(writer_mm) ==
				found.tables * PAGE_SIZE,
				"the kernel's count of its tables is right");
	if (is_empty)
		jit_test_result(!found.pages, "nothing is mapped in the writer");
}

#endif /* _JIT_TEST_WRITER_H */
