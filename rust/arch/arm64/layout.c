// SPDX-License-Identifier: GPL-2.0
/*
 * What only the running kernel knows.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/vmalloc.h>
#include <asm/cpufeature.h>

#include "sys/fault.h"
#include "sys/helpers.h"
#include "sys/kfn.h"

/**
 * jit_port_check() - whether text can be written on this machine
 *
 * Where the kernel takes user space away in software, an exception in a write
 * would take the writer's away, and leave it away.
 *
 * Return: 0; -ENODEV after one line in the log.
 */
int jit_port_check(void)
{
	if (system_uses_ttbr0_pan()) {
		pr_err("text cannot be written where PAN is done in software (CONFIG_ARM64_SW_TTBR0_PAN)\n");
		return -ENODEV;
	}
	return 0;
}

/**
 * jit_port_layout() - collect what only the running kernel knows
 * @layout: filled in
 *
 * Context: Process context. May sleep. After jit_kfn_resolve().
 * Return: 0, or a negative errno of jit_kfn_variable().
 */
int jit_port_layout(struct jit_layout *layout)
{
	u64 direct_base, plt_base;
	bool rodata_full;
	int err;

	/* Drawn once at boot; zero where there is no room beside the kernel. */
	err = jit_kfn_variable("module_direct_base", &direct_base,
			       sizeof(direct_base));
	if (!err)
		err = jit_kfn_variable("module_plt_base", &plt_base,
				       sizeof(plt_base));
	if (!err)
		err = jit_kfn_variable("rodata_full", &rodata_full,
				       sizeof(rodata_full));
	if (err)
		return err;
	/* set_memory_ro() does not change it then, and there is no other way. */
	if (!rodata_full)
		pr_notice("booted with rodata=noalias or off: the direct map keeps a writable mapping of text, as of the kernel's own\n");

	*layout = (struct jit_layout) {
		.page_size = PAGE_SIZE,
		.pmd_size = PMD_SIZE,
		.kernel_start = PAGE_OFFSET,
		.vmalloc_start = VMALLOC_START,
		.vmalloc_end = VMALLOC_END,
		.modules_start = MODULES_VADDR,
		.modules_end = MODULES_END,
		.modules_align = PAGE_SIZE,
		.module_direct_base = direct_base,
		.module_plt_base = plt_base,
	};
	return 0;
}

/**
 * jit_port_prepare_text() - have the permissions of text changed
 * @text: area of vmalloc memory that is nobody else's
 *
 * The kernel refuses to change those of an area that large pages may map: it
 * might be asked for a part of one, and most CPUs cannot split what is live. We
 * never change less than an area, and the entry of a whole large page can be
 * changed like any other. Nothing else looks at this flag.
 */
void jit_port_prepare_text(const void *text)
{
	struct vm_struct *area = jit_fault(prepare_text, NULL,
					   jit_kfn_find_vm_area(text));

	if (area)
		area->flags &= ~VM_ALLOW_HUGE_VMAP;
}
