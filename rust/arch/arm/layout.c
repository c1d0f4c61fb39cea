// SPDX-License-Identifier: GPL-2.0
/*
 * What only the running kernel knows.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/vmalloc.h>

#include "sys/helpers.h"
#include "sys/kfn.h"

/* Wherever text may be, it is mapped in user space as well; private_mm.c. */
static_assert(VMALLOC_END - MODULES_VADDR + 2 * PMD_SIZE < TASK_SIZE,
	      "user space is smaller than what the kernel has for text (VMSPLIT)");

/**
 * jit_port_check() - whether text can be written on this machine
 *
 * Return: 0: see the beginning of writer.c.
 */
int jit_port_check(void)
{
	return 0;
}

/**
 * jit_port_layout() - collect what only the running kernel knows
 * @layout: filled in
 *
 * Context: Process context. After jit_kfn_resolve().
 * Return: 0.
 */
int jit_port_layout(struct jit_layout *layout)
{
	*layout = (struct jit_layout) {
		.page_size = PAGE_SIZE,
		.pmd_size = PMD_SIZE,
		/* Modules are below the direct map. */
		.kernel_start = MODULES_VADDR,
		.vmalloc_start = VMALLOC_START,
		.vmalloc_end = VMALLOC_END,
		.modules_start = MODULES_VADDR,
		.modules_end = MODULES_END,
		.modules_align = PAGE_SIZE,
		.has_module_plts = IS_ENABLED(CONFIG_ARM_MODULE_PLTS),
	};
	return 0;
}
