// SPDX-License-Identifier: GPL-2.0
/*
 * Ftrace's trampolines, and the text of modules: both are written, and relocated, at the
 * address where they will run. They come from execmem_alloc_rw(), are made read-only and
 * executable by set_memory_rox(), and go by execmem_free(), when nobody is in them.
 *
 * Thunks of modules against indirect target selection, a page for each module, are got
 * in the same way, and are modules' here.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/execmem.h>
#include <linux/module.h>
#include <linux/set_memory.h>
#include <linux/xarray.h>

#include "jit_adopt.h"
#include "redirect.h"

ADOPT_ORIGINAL(execmem_alloc_rw);
ADOPT_ORIGINAL(execmem_free);
ADOPT_ORIGINAL(set_memory_rox);

static struct adopt_redirect redirects[];
enum { FREE, SEAL, ALLOC };

/* Whose each of our blocks is, by its first page; with a mark, as long as it is written */
static DEFINE_XARRAY(users);
#define IS_WRITTEN	XA_MARK_0

static unsigned long index_of(unsigned long addr)
{
	return addr >> PAGE_SHIFT;
}

static struct adopt_user *user_of(enum execmem_type type)
{
	struct adopt_user *user;

	switch (type) {
	case EXECMEM_FTRACE:
		user = &adopt_ftrace;
		break;
	case EXECMEM_MODULE_TEXT:
		user = &adopt_modules;
		break;
	default:
		return NULL;
	}
	return user->is_adopted ? user : NULL;
}

static void *alloc_for(struct adopt_user *user, size_t size)
{
	void *buf;

	/* There is no way in any more once it is being unloaded. */
	if (!adopt_is_on() || !try_module_get(THIS_MODULE))
		goto fall_through;
	buf = jit_text_alloc_rw(user->type, size);
	if (!buf)
		goto put;
	if (xa_err(xa_store(&users, index_of((unsigned long)buf), user,
			    GFP_KERNEL)))
		goto free;
	xa_set_mark(&users, index_of((unsigned long)buf), IS_WRITTEN);
	atomic_long_inc(&user->allocated);
	return buf;

free:
	jit_free(buf);
put:
	module_put(THIS_MODULE);
fall_through:
	atomic_long_inc(&user->fell_through);
	return NULL;
}

static void *alloc_rw(enum execmem_type type, size_t size)
{
	struct adopt_user *user = user_of(type);
	void *buf = user ? alloc_for(user, size) : NULL;

	if (!buf)
		buf = adopt_original(execmem_alloc_rw)(type, size);
	atomic_dec(&redirects[ALLOC].inside);
	return buf;
}

/* Whose block begins at @addr, if it was written up to now. It is no more. */
static struct adopt_user *written_by(unsigned long addr)
{
	struct adopt_user *user = NULL;

	xa_lock(&users);
	if (xa_get_mark(&users, index_of(addr), IS_WRITTEN)) {
		user = xa_load(&users, index_of(addr));
		__xa_clear_mark(&users, index_of(addr), IS_WRITTEN);
	}
	xa_unlock(&users);
	return user;
}

/*
 * It is jitalloc that comes here next, and who makes text of text; for both the kernel
 * does what they ask for.
 */
static int make_text(unsigned long addr, int numpages)
{
	struct adopt_user *user = written_by(addr);
	int err;

	if (user) {
		err = jit_text_restore_rox((void *)addr);
		if (err)
			xa_set_mark(&users, index_of(addr), IS_WRITTEN);
		else
			atomic_long_inc(&user->written);
	} else {
		err = adopt_original(set_memory_rox)(addr, numpages);
	}
	atomic_dec(&redirects[SEAL].inside);
	return err;
}

static void free_text(void *ptr)
{
	struct adopt_user *user = xa_erase(&users, index_of((unsigned long)ptr));

	if (user) {
		atomic_long_inc(&user->freed);
		jit_free(ptr);
		module_put(THIS_MODULE);
	} else {
		adopt_original(execmem_free)(ptr);
	}
	atomic_dec(&redirects[FREE].inside);
}

/* Whoever gets a block can get rid of it: the first of them comes last. */
static struct adopt_redirect redirects[] = {
	[FREE]	= ADOPT_REDIRECT(execmem_free, free_text),
	[SEAL]	= ADOPT_REDIRECT(set_memory_rox, make_text),
	[ALLOC]	= ADOPT_REDIRECT(execmem_alloc_rw, alloc_rw),
	{ }
};

struct adopt_user adopt_ftrace = {
	.name		= "ftrace",
	.type		= JIT_FTRACE,
	.redirects	= redirects,
};

struct adopt_user adopt_modules = {
	.name		= "modules",
	.type		= JIT_MODULES_TEXT,
	.redirects	= redirects,
};
