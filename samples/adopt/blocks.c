// SPDX-License-Identifier: GPL-2.0
/*
 * Which blocks are ours, and not the kernel's. Each holds the module.
 */
#include <linux/align.h>
#include <linux/module.h>
#include <linux/xarray.h>

#include "jit_adopt.h"

/* What jitalloc gave us, by the address that its user has */
static DEFINE_XARRAY(blocks);

static unsigned long index_of(const void *text)
{
	return (unsigned long)text / JIT_ALIGN;
}

/**
 * adopt_alloc() - allocate text for a user
 * @user: who is adopted
 * @size: bytes
 * @align: what the address is to be a multiple of, a power of two
 *
 * Context: Process context. May sleep.
 * Return: the text, or %NULL if the kernel's own function has to serve.
 */
void *adopt_alloc(struct adopt_user *user, size_t size, size_t align)
{
	size_t extra = align > JIT_ALIGN ? align - JIT_ALIGN : 0;
	void *block, *text;

	/* There is no way in any more once it is being unloaded. */
	if (!adopt_is_on() || !try_module_get(THIS_MODULE))
		goto fall_through;
	block = jit_text_alloc(user->type, size + extra);
	if (!block)
		goto put;
	text = PTR_ALIGN(block, align);
	if (xa_err(xa_store(&blocks, index_of(text), block, GFP_KERNEL)))
		goto free;
	atomic_long_inc(&user->allocated);
	return text;

free:
	jit_free(block);
put:
	module_put(THIS_MODULE);
fall_through:
	atomic_long_inc(&user->fell_through);
	return NULL;
}

/**
 * adopt_free() - free text of a user
 * @user: who is adopted
 * @text: what it frees
 *
 * Context: Process context.
 * Return: whether it was ours; if not, it is the kernel's.
 */
bool adopt_free(struct adopt_user *user, void *text)
{
	void *block = xa_erase(&blocks, index_of(text));

	if (!block)
		return false;
	atomic_long_inc(&user->freed);
	jit_free(block);
	module_put(THIS_MODULE);
	return true;
}
