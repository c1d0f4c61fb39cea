// SPDX-License-Identifier: GPL-2.0
/*
 * How unexported kernel functions are found. No other file resolves a symbol.
 *
 * Addresses come from kprobes that are registered disabled, so nothing is armed.
 * How a function is called is a matter of the architecture: kfn_call.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/execmem.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "kfn_call.h"
#include "sys/fault.h"
#include "sys/kfn.h"

enum {
#define KFN(name) KFN_##name,
	JIT_KFN_LIST(KFN)
	NR_REQUIRED_KFNS,
	KFN_LAST_REQUIRED = NR_REQUIRED_KFNS - 1,
	JIT_OPTIONAL_KFN_LIST(KFN)
	KFN_END_OF_NAMES,
	KFN_LAST_OF_NAMES = KFN_END_OF_NAMES - 1,
	JIT_PORT_FLUSH_KFN_LIST(KFN)
#undef KFN
	NR_KFNS
};

static const char * const kfn_names[NR_KFNS] = {
#define KFN(name) #name,
	JIT_KFN_LIST(KFN)
	JIT_OPTIONAL_KFN_LIST(KFN)
	JIT_PORT_FLUSH_KFN_LIST(KFN)
#undef KFN
};

static bool has_names;
static bool has_pred_flush;

/* The start of the function @name that @kp is on; kallsyms has to agree. */
static void *kfn_entry(const struct kprobe *kp, const char *name)
{
	char *sym __free(kfree) = jit_fault(resolve_name, NULL,
					    kmalloc(KSYM_SYMBOL_LEN, GFP_KERNEL));
	unsigned long addr = kfn_start((unsigned long)kp->addr);
	size_t len = strlen(name);

	if (!sym)
		return ERR_PTR(-ENOMEM);

	sprint_symbol(sym, addr);
	if (strncmp(sym, name, len) || strncmp(sym + len, "+0x0/", 5))
		return ERR_PTR(-ESRCH);

	return (void *)addr;
}

static int kfn_find(void *addrs[NR_KFNS])
{
	struct kprobe *kps __free(kfree) =
		jit_fault(resolve_probes, NULL,
			  kcalloc(NR_KFNS, sizeof(*kps), GFP_KERNEL));
	struct kprobe *registered[NR_KFNS];
	int nr, nr_registered = 0, err = 0;

	if (!kps)
		return -ENOMEM;

	for (nr = 0; nr < NR_KFNS; nr++) {
		struct kprobe *kp = &kps[nr];

		kp->symbol_name = kfn_names[nr];
		kp->flags = KPROBE_FLAG_DISABLED;
		err = jit_fault(resolve_probe, -ENOENT, register_kprobe(kp));
		if (err && nr >= NR_REQUIRED_KFNS) {
			addrs[nr] = ERR_PTR(err);
			err = 0;
			continue;
		}
		if (err)
			break;

		registered[nr_registered++] = kp;
		addrs[nr] = kfn_entry(kp, kfn_names[nr]);
	}
	if (err)
		pr_err("cannot reach the kernel's %s: %d\n", kfn_names[nr],
		       err);

	/* One grace period for all of them. */
	if (nr_registered)
		unregister_kprobes(registered, nr_registered);
	if (err)
		return err;

	for (nr = 0; nr < NR_REQUIRED_KFNS; nr++) {
		if (IS_ERR(addrs[nr])) {
			err = PTR_ERR(addrs[nr]);
			pr_err("cannot call the kernel's %s: %d\n",
			       kfn_names[nr], err);
			return err;
		}
	}
	return 0;
}

/* All that names take, or nothing of it; that is worth a line, and no failure. */
static void set_names(void *addrs[NR_KFNS])
{
	int nr;

	has_names = KFN_END_OF_NAMES > NR_REQUIRED_KFNS;
	for (nr = NR_REQUIRED_KFNS; nr < KFN_END_OF_NAMES; nr++) {
		if (IS_ERR(addrs[nr])) {
			pr_notice("code has no names: cannot call the kernel's %s: %ld\n",
				  kfn_names[nr], PTR_ERR(addrs[nr]));
			has_names = false;
			return;
		}
	}
	if (!has_names)
		pr_notice("code has no names: the kernel is built without them\n");
#define KFN(name) jit_kfn_set_##name(addrs[KFN_##name]);
	JIT_OPTIONAL_KFN_LIST(KFN)
#undef KFN
}

/* Without it nothing is missing that somebody has not asked for: no word. */
static void set_pred_flush(void *addrs[NR_KFNS])
{
	int nr;

	has_pred_flush = NR_KFNS > KFN_END_OF_NAMES;
	for (nr = KFN_END_OF_NAMES; nr < NR_KFNS; nr++)
		has_pred_flush &= !IS_ERR(addrs[nr]);
	if (!has_pred_flush)
		return;
#define KFN(name) jit_kfn_set_##name(addrs[KFN_##name]);
	JIT_PORT_FLUSH_KFN_LIST(KFN)
#undef KFN
}

/**
 * jit_kfn_resolve() - resolve every function of the set
 *
 * A failure is one line in the log that names the function.
 *
 * Context: Process context. May sleep.
 * Return: 0, or a negative errno: -EPERM if the kernel is locked down so far that
 * nobody may use kprobes; -ENOMEM; -ENOENT if the kernel has no such
 * function; -ESRCH if its address does not look like a function's start; or
 * what register_kprobe() refuses with.
 */
int jit_kfn_resolve(void)
{
	void *addrs[NR_KFNS];
	int err;

	/* The kernel leaves it to those who use them to ask. */
	err = jit_fault(lockdown, -EPERM, security_locked_down(LOCKDOWN_KPROBES));
	if (err) {
		pr_err("the kernel is locked down for confidentiality, and that rules out kprobes, which find its functions\n");
		return err;
	}
	err = kfn_find(addrs);
	if (err)
		return err;

#define KFN(name) jit_kfn_set_##name(addrs[KFN_##name]);
	JIT_KFN_LIST(KFN)
#undef KFN

	set_names(addrs);
	set_pred_flush(addrs);
	return 0;
}

/**
 * jit_kfn_has_names() - whether the kernel can be told names of code
 *
 * Context: Any. After jit_kfn_resolve().
 * Return: whether all functions of JIT_OPTIONAL_KFN_LIST() may be called.
 */
bool jit_kfn_has_names(void)
{
	return has_names;
}

/**
 * jit_kfn_has_pred_flush() - whether the kernel has a barrier for branch predictors
 *
 * Context: Any. After jit_kfn_resolve().
 * Return: whether all functions of JIT_PORT_FLUSH_KFN_LIST() may be called.
 */
bool jit_kfn_has_pred_flush(void)
{
	return has_pred_flush;
}

struct found_symbols {
	unsigned long addr[2];
	unsigned int nr;
};

static int found_symbol(void *data, unsigned long addr)
{
	struct found_symbols *syms = data;

	if (syms->nr == ARRAY_SIZE(syms->addr))
		return -E2BIG;
	syms->addr[syms->nr++] = addr;
	return 0;
}

/**
 * jit_kfn_execmem_info() - find the kernel's own table of ranges
 * @info: filled with a copy of the table
 *
 * Two objects are called execmem_info: a pointer, and what it points to. The
 * one whose value is the other's address is the pointer.
 *
 * Context: Process context. May sleep.
 * Return: 0, -ENOENT if the kernel has no such table, or -EFAULT if it cannot
 * be read.
 */
int jit_kfn_execmem_info(struct execmem_info *info)
{
	struct found_symbols syms = {};
	int i;

	if (jit_fault(lookup, -ENOENT,
		      jit_kfn_kallsyms_on_each_match_symbol(found_symbol,
							    "execmem_info",
							    &syms)) ||
	    syms.nr != ARRAY_SIZE(syms.addr))
		return -ENOENT;

	for (i = 0; i < ARRAY_SIZE(syms.addr); i++) {
		unsigned long table = syms.addr[!i];
		unsigned long value;

		if (jit_fault(read_kernel, -EFAULT,
			      copy_from_kernel_nofault(&value,
						       (void *)syms.addr[i],
						       sizeof(value))))
			return -EFAULT;
		if (value == table)
			return jit_fault(read_kernel, -EFAULT,
					 copy_from_kernel_nofault(info,
								  (void *)table,
								  sizeof(*info)));
	}

	return -ENOENT;
}

/**
 * jit_kfn_lookup() - find what cannot be probed
 * @name: name of a function or a variable, of which there is only one
 *
 * Context: Process context. May sleep. After jit_kfn_resolve().
 * Return: its address; %NULL after one line in the log.
 */
void *jit_kfn_lookup(const char *name)
{
	struct found_symbols syms = {};

	if (!jit_fault(lookup, -ENOENT,
		       jit_kfn_kallsyms_on_each_match_symbol(found_symbol, name,
							     &syms)) &&
	    syms.nr == 1)
		return (void *)syms.addr[0];
	pr_err("cannot find the kernel's %s\n", name);
	return NULL;
}

/**
 * jit_kfn_variable() - read a variable of the kernel
 * @name: its name, of which there is only one
 * @value: where it goes
 * @size: how large it is, in bytes
 *
 * Context: Process context. May sleep. After jit_kfn_resolve().
 * Return: 0; after one line in the log, -ENOENT if the kernel has no such
 * variable, or several; -EFAULT if it cannot be read.
 */
int jit_kfn_variable(const char *name, void *value, size_t size)
{
	void *addr = jit_kfn_lookup(name);
	int err;

	if (!addr)
		return -ENOENT;
	err = jit_fault(read_kernel, -EFAULT,
			copy_from_kernel_nofault(value, addr, size));
	if (err)
		pr_err("cannot read the kernel's %s: %d\n", name, err);
	return err;
}
