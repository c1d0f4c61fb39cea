// SPDX-License-Identifier: GPL-2.0
/*
 * What only the running kernel knows.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/vmalloc.h>

#include "sys/helpers.h"
#include "sys/kfn.h"

/**
 * jit_port_check() - whether text can be written on this machine
 *
 * Return: 0, for the kernel patches its own.
 */
int jit_port_check(void)
{
	return 0;
}

/**
 * jit_port_layout() - collect what only the running kernel knows
 * @layout: filled in
 *
 * Context: Process context. May sleep. After jit_kfn_resolve().
 * Return: 0; -ENOENT after one line in the log, if the kernel cannot be asked to
 * patch text.
 */
int jit_port_layout(struct jit_layout *layout)
{
	void *patch = jit_kfn_lookup("__patch_text_real");

	if (!patch)
		return -ENOENT;
	jit_kfn_set___patch_text_real(patch);

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
