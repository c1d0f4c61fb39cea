// SPDX-License-Identifier: GPL-2.0
/*
 * What only the running kernel knows.
 */
#include <linux/mm.h>
#include <linux/moduleloader.h>
#include <linux/pgtable.h>
#include <linux/vmalloc.h>

#include "sys/helpers.h"
#include "sys/kfn.h"

/**
 * jit_port_check() - whether text can be written on this machine
 *
 * Return: 0, for BPF can.
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
		.kernel_start = PAGE_OFFSET,
		.vmalloc_start = VMALLOC_START,
		.vmalloc_end = PAGE_ALIGN(VMALLOC_END),
		.modules_start = MODULES_VADDR,
		.modules_end = MODULES_END,
		.modules_align = PAGE_SIZE,
	};
	return 0;
}
