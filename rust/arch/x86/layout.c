// SPDX-License-Identifier: GPL-2.0
/*
 * What only the running kernel knows.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/execmem.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include <asm/cpufeature.h>

#include "sys/fault.h"
#include "sys/helpers.h"
#include "sys/kfn.h"

/* Since this version BPF takes its text from the cache, too. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 3, 0)
#define HAS_BPF_ROX true
#else
#define HAS_BPF_ROX false
#endif

/**
 * jit_port_check() - whether text can be written on this machine
 *
 * A guest of Xen has its page tables pinned by the hypervisor, and the writer's
 * are not: loading them may fail, and a write would go to whatever is loaded.
 *
 * Return: 0; -ENODEV after one line in the log.
 */
int jit_port_check(void)
{
	if (cpu_feature_enabled(X86_FEATURE_XENPV)) {
		pr_err("text cannot be written in a paravirtualised guest of Xen\n");
		return -ENODEV;
	}
	return 0;
}

/**
 * jit_port_layout() - collect what only the running kernel knows
 * @layout: filled in
 *
 * Context: Process context. May sleep. After jit_kfn_resolve().
 * Return: 0, or a negative errno of jit_kfn_execmem_info().
 */
int jit_port_layout(struct jit_layout *layout)
{
	struct execmem_info *info __free(kfree) =
		jit_fault(layout, NULL, kzalloc_obj(*info));
	int err;

	if (!info)
		return -ENOMEM;
	err = jit_kfn_execmem_info(info);
	if (err)
		return err;

	*layout = (struct jit_layout) {
		.page_size = PAGE_SIZE,
		.pmd_size = PMD_SIZE,
		.kernel_start = PAGE_OFFSET,
		.vmalloc_start = VMALLOC_START,
		/* x86's is the last address, not the one after it. */
		.vmalloc_end = PAGE_ALIGN(VMALLOC_END),
		.modules_start = MODULES_VADDR,
		.modules_end = MODULES_END,
		/* Drawn once at boot and kept nowhere else. */
		.modules_offset = info->ranges[EXECMEM_MODULE_TEXT].start -
				  MODULES_VADDR,
		.modules_align = MODULE_ALIGN,
		.has_rox_cache = IS_ENABLED(CONFIG_ARCH_HAS_EXECMEM_ROX) &&
				 cpu_feature_enabled(X86_FEATURE_PSE),
		.has_bpf_rox = HAS_BPF_ROX,
	};
	return 0;
}
