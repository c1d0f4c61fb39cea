// SPDX-License-Identifier: GPL-2.0
/*
 * Where a function of the kernel is. A kprobe that is registered disabled knows, and
 * changes nothing.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/uaccess.h>

#include "redirect.h"

#ifdef CONFIG_X86_KERNEL_IBT

#include <asm/ibt.h>

/* A probe sits behind a landing pad, sealed or not. */
static unsigned long entry_of(unsigned long addr)
{
	u32 insn;

	if (!get_kernel_nofault(insn, (u32 *)(addr - ENDBR_INSN_SIZE)) &&
	    __is_endbr(insn))
		return addr - ENDBR_INSN_SIZE;
	return addr;
}

#else

static unsigned long entry_of(unsigned long addr)
{
	return addr;
}

#endif

/**
 * adopt_resolve() - find a function
 * @redirect: its name; its address is set
 *
 * Context: Process context. May sleep.
 * Return: 0, or a negative errno after a message.
 */
int adopt_resolve(struct adopt_redirect *redirect)
{
	struct kprobe kp = {
		.symbol_name	= redirect->name,
		.flags		= KPROBE_FLAG_DISABLED,
	};
	int err = register_kprobe(&kp);

	if (err) {
		pr_err("the kernel has no %s(): %pe\n", redirect->name,
		       ERR_PTR(err));
		return err;
	}
	redirect->addr = entry_of((unsigned long)kp.addr);
	unregister_kprobe(&kp);
	return 0;
}
