/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Many blocks at once, and what each of them holds.
 * To be included by one file of a module.
 */
#ifndef _JIT_TEST_PACKS_H
#define _JIT_TEST_PACKS_H

#include <linux/jitalloc.h>

#include "jit_test.h"
#include "jit_test_arch.h"

struct block {
	u8 *buf;
	size_t len;
	bool text;
};

/* What @block number @nr is full of */
static inline u8 block_byte(unsigned int nr)
{
	return nr * 31 + 7;
}

static inline bool block_write(const struct block *block, unsigned int nr)
{
	if (block->text)
		return !jit_update_set(block->buf, block_byte(nr), block->len);
	memset(block->buf, block_byte(nr), block->len);
	return true;
}

static inline bool block_is_right(const struct block *block, unsigned int nr)
{
	return !memchr_inv(block->buf, block_byte(nr), block->len);
}

/* Text, or data, read-only and executable, or neither; on a leaf of any size */
static inline bool block_is_protected(const struct block *block)
{
	return jit_test_all_pages(block->buf, block->len,
				  block->text ? jit_test_is_text :
						jit_test_is_data);
}

static inline void blocks_free(struct block *blocks, unsigned int nr)
{
	while (nr--) {
		jit_free(blocks[nr].buf);
		blocks[nr].buf = NULL;
	}
}

static inline size_t held_bytes(void)
{
	struct jit_alloc_usage usage;

	jit_alloc_usage(&usage);
	return usage.held;
}

#endif /* _JIT_TEST_PACKS_H */
