// SPDX-License-Identifier: GPL-2.0
/*
 * Modules that go away, and what they have left.
 *
 * A module that does not depend on this one costs a look into the directory of
 * this one's holders.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/printk.h>

#include "boundary/owners.h"
#include "sys/fault.h"

/* Sysfs has a link for each module that depends on this one. */
static bool is_user(const struct module *mod)
{
	struct kobject *holders = THIS_MODULE->holders_dir;
	struct kernfs_node *link;

	if (!holders)
		return false;
	link = kernfs_find_and_get(holders->sd, mod->name);
	kernfs_put(link);
	return link;
}

static int notify(struct notifier_block *self, unsigned long state, void *data)
{
	switch (state) {
	case MODULE_STATE_COMING:
		/* Sysfs has nothing of it yet. */
		jit_rust_owner_coming(data);
		break;
	case MODULE_STATE_LIVE:
		if (is_user(data))
			jit_rust_owner_live(data);
		else
			jit_rust_owner_foreign(data);
		break;
	case MODULE_STATE_GOING:
		if (is_user(data))
			jit_rust_owner_going(data);
		else
			jit_rust_owner_foreign(data);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = notify };

/**
 * jit_helper_owners_register() - hear of modules that come and go
 *
 * Context: Process context. May sleep.
 * Return: 0 or a negative errno.
 */
int jit_helper_owners_register(void)
{
	return jit_fault(owners, -ENOMEM, register_module_notifier(&notifier));
}

/**
 * jit_helper_owners_unregister() - undo jit_helper_owners_register()
 *
 * Context: Process context. May sleep.
 */
void jit_helper_owners_unregister(void)
{
	unregister_module_notifier(&notifier);
}

/**
 * jit_helper_owns() - whether an address is in a module
 * @mod: the module, of which the notifier tells
 * @addr: the address
 *
 * Return: whether it is.
 */
bool jit_helper_owns(const void *mod, unsigned long addr)
{
	return within_module(addr, mod);
}

/**
 * jit_helper_owns_init() - whether an address is in what goes after the
 * initialisation of a module
 * @mod: the module, of which the notifier tells
 * @addr: the address
 *
 * Return: whether it is.
 */
bool jit_helper_owns_init(const void *mod, unsigned long addr)
{
	return within_module_init(addr, mod);
}

/**
 * jit_helper_owner_base() - where the text of a module begins
 * @mod: the module, of which the notifier tells
 *
 * Return: an address that no call of the module returns to.
 */
unsigned long jit_helper_owner_base(const void *mod)
{
	const struct module *module = mod;

	return (unsigned long)module->mem[MOD_TEXT].base;
}

/**
 * jit_helper_owner_text() - where the text of a module is
 * @mod: the module, of which the notifier tells
 * @is_init: whether to look for that which goes after its initialisation
 *
 * Return: where its functions are; nothing if there is none.
 */
struct jit_span jit_helper_owner_text(const void *mod, bool is_init)
{
	const struct module *module = mod;
	const struct module_memory *mem =
		&module->mem[is_init ? MOD_INIT_TEXT : MOD_TEXT];

	return (struct jit_span){ (unsigned long)mem->base, mem->size };
}

/**
 * jit_helper_left() - say what a module has left
 * @mod: the module
 * @caller: where it was allocated, %JIT_OTHER_CALLERS for several places
 * @count: how many allocations
 * @bytes: of how many bytes in all
 */
void jit_helper_left(const void *mod, unsigned long caller,
		     unsigned long count, unsigned long bytes)
{
	const struct module *module = mod;

	if (caller == JIT_OTHER_CALLERS)
		pr_warn("%s has left %lu allocations of %lu bytes of other callers\n",
			module->name, count, bytes);
	else if (caller == jit_helper_owner_base(mod))
		pr_warn("%s has left %lu allocations of %lu bytes of its initialisation\n",
			module->name, count, bytes);
	else
		pr_warn("%s has left %lu allocations of %lu bytes of %pS\n",
			module->name, count, bytes, (void *)caller);
}

/**
 * jit_helper_left_caches() - say how many caches a module has left
 * @mod: the module
 * @count: how many
 */
void jit_helper_left_caches(const void *mod, unsigned long count)
{
	const struct module *module = mod;

	pr_warn("%s has left %lu caches\n", module->name, count);
}
