// SPDX-License-Identifier: GPL-2.0
/*
 * Takes memory until there is none, or until the limit is reached, and gives it
 * back.
 */
#include <linux/jitalloc.h>
#include <linux/list.h>

#include "jit_test.h"

#define BLOCK		SZ_8M
#define NR_ROUNDS	3

/* A link in front of each block of data, so that nothing else is allocated. */
static unsigned long fill(struct list_head *blocks,
			  void *(*alloc)(enum jit_type type, size_t size))
{
	struct list_head *block;
	unsigned long nr = 0;

	while ((block = alloc(JIT_MODULES_TEXT, BLOCK))) {
		list_add(block, blocks);
		nr++;
	}
	return nr;
}

static void drain(struct list_head *blocks)
{
	struct list_head *block, *next;

	list_for_each_safe(block, next, blocks)
		jit_free(block);
	jit_free_barrier();
}

/* No more than is there, and all of it again the next time. */
static void test_exhaust(void)
{
	unsigned long first = 0;
	int round;

	for (round = 0; round < NR_ROUNDS; round++) {
		LIST_HEAD(blocks);
		unsigned long nr = fill(&blocks, jit_data_alloc);
		void *text = jit_text_alloc(JIT_BPF, BLOCK);

		if (!round)
			first = nr;
		jit_test_note("round %d: %lu blocks", round, nr);
		jit_test_result(nr && !text, "round %d: it ends", round);
		jit_free(text);
		drain(&blocks);

		text = jit_text_alloc(JIT_BPF, BLOCK);
		jit_test_result(text, "round %d: freed memory is there again",
				round);
		jit_free(text);
		jit_free_barrier();
		jit_test_result(nr >= first - first / 4,
				"round %d: as much as the first time", round);
	}
	jit_test_figure("exhausted_bytes", (u64)first * BLOCK);
}

/* Blocks of that size until there is none: what is held is never too much. */
static void fill_limit(size_t len, const char *what)
{
	struct jit_alloc_usage usage;
	LIST_HEAD(blocks);
	struct list_head *block;
	unsigned long nr = 0;
	bool within = true;

	do {
		block = jit_data_alloc(JIT_BPF, len);
		if (block) {
			list_add(block, &blocks);
			nr++;
		}
		jit_alloc_usage(&usage);
		within &= usage.held <= usage.limit;
	} while (block && nr * len <= usage.limit);

	jit_test_note("%lu blocks of %zu bytes, %zu of %zu held", nr, len,
		      usage.held, usage.limit);
	jit_test_result(!block && nr, "%s: there are no more", what);
	jit_test_result(within, "%s: no more than the limit is held", what);
	jit_test_result(nr * len >= usage.limit / 2,
			"%s: half of it at least is used", what);
	jit_test_result(!jit_text_alloc(JIT_BPF, SZ_8M),
			"%s: there is no text either", what);
	drain(&blocks);
	block = jit_data_alloc(JIT_BPF, len);
	jit_test_result(block, "%s: there is again when all is freed", what);
	jit_free(block);
	jit_free_barrier();
}

/* With a limit of some 16 MiB */
static void test_limit(void)
{
	fill_limit(200, "small blocks");
	fill_limit(SZ_128K, "large blocks");
	fill_limit(SZ_2M + 1, "blocks with mappings of their own");
}

const struct jit_test_case jit_test_cases[] = {
	{ "exhaust", test_exhaust },
	{ "limit", test_limit },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Takes memory until there is none");
MODULE_LICENSE("GPL");
