// SPDX-License-Identifier: GPL-2.0
/*
 * Where blocks are, for who wants to know whether that can be guessed; and what is
 * mapped before and behind a pack. A block of a pack's size is the pack.
 */
#include <linux/jitalloc.h>
#include <linux/moduleparam.h>
#include <linux/sort.h>

#include "jit_test_packs.h"

static unsigned long large_pack = SZ_2M;
module_param(large_pack, ulong, 0400);
MODULE_PARM_DESC(large_pack, "bytes of a pack that is not a small step");

#define NR_PLACES	600
#define NR_ROUNDS	3

static struct block places[NR_PLACES];

static int compare(const void *a, const void *b)
{
	const struct block *one = a, *two = b;

	return one->buf < two->buf ? -1 : one->buf > two->buf;
}

static bool is_in_range(const struct block *block)
{
	const struct jit_range *range = &jit_alloc_arch_params()->ranges[JIT_BPF];
	unsigned long start = (unsigned long)block->buf, end = start + block->len;

	return (start >= range->start && end <= range->end) ||
	       (start >= range->fallback_start && end <= range->fallback_end);
}

/* Programs of all kinds, the first of them small ones of equal length */
static void test_places(void)
{
	bool got = true, aligned = true, inside = true, fresh = true;
	bool apart = true, right = true;
	unsigned int i;

	for (i = 0; i < NR_PLACES; i++) {
		struct block *block = &places[i];

		block->text = i < 400 || i % 4;
		block->len = i < 400 ? 64 : 1 + i * 997 % SZ_16K;
		if (i >= NR_PLACES - 4)
			block->len = large_pack + 1 + i;
		block->buf = block->text ? jit_text_alloc(JIT_BPF, block->len) :
					   jit_data_alloc(JIT_BPF, block->len);
		got &= !!block->buf;
		if (!block->buf)
			continue;
		aligned &= IS_ALIGNED((unsigned long)block->buf, JIT_ALIGN);
		inside &= is_in_range(block);
		fresh &= jit_test_is_fresh(block->buf, block->len, block->text);
		fresh &= block_is_protected(block);
		if (i < 400)
			jit_test_note("place %lx", (unsigned long)block->buf);
	}
	jit_test_result(got, "%u blocks", NR_PLACES);
	jit_test_result(aligned, "they are aligned");
	jit_test_result(inside, "they are in their range");
	jit_test_result(fresh, "they are fresh and protected");

	sort(places, NR_PLACES, sizeof(*places), compare, NULL);
	for (i = 0; i < NR_PLACES; i++) {
		apart &= !i || places[i - 1].buf + places[i - 1].len <= places[i].buf;
		right &= places[i].buf && block_write(&places[i], i);
	}
	jit_test_result(apart, "they do not overlap");
	for (i = 0; i < NR_PLACES; i++)
		right &= places[i].buf && block_is_right(&places[i], i);
	jit_test_result(right, "each keeps what is written to it");
}

static void release(void)
{
	blocks_free(places, NR_PLACES);
	jit_free_barrier();
}

static void test_release(void)
{
	release();
	jit_test_result(!held_bytes(), "nothing is held");
}

/* The place of a block that is freed and allocated again, many times */
static void test_again(void)
{
	unsigned int i;

	for (i = 0; i < 40; i++) {
		u8 *buf = jit_text_alloc(JIT_BPF, 64);

		jit_test_note("place %lx", (unsigned long)buf);
		jit_free(buf);
		jit_free_barrier();
	}
	jit_test_result(true, "allocated again and again");
}

struct around {
	unsigned int nr, mapped, wrong;
};

static void look(struct around *around, const void *addr, bool is_text)
{
	struct jit_test_page page = jit_test_page(addr);

	around->nr++;
	around->mapped += page.mapped;
	around->wrong += page.mapped && !(is_text && !page.writable && page.executable);
}

/* Several in a row, which would lie side by side */
static void around_packs(const char *name, size_t size, bool is_text)
{
	struct around around = { };
	struct block blocks[NR_ROUNDS];
	bool got = true;
	size_t held;
	int i;

	for (i = 0; i < NR_ROUNDS; i++) {
		held = held_bytes();
		blocks[i].buf = is_text ? jit_text_alloc(JIT_BPF, size) :
					  jit_data_alloc(JIT_BPF, size);
		got &= blocks[i].buf && held_bytes() - held == PAGE_ALIGN(size);
	}
	jit_test_result(got, "%s: each has just its pack", name);
	for (i = 0; got && i < NR_ROUNDS; i++) {
		look(&around, blocks[i].buf - PAGE_SIZE, is_text);
		look(&around, blocks[i].buf + PAGE_ALIGN(size), is_text);
	}
	jit_test_note("%s: around %d packs %u of %u pages are mapped", name,
		      NR_ROUNDS, around.mapped, around.nr);
	jit_test_note("guards %s %u", name, around.mapped);
	jit_test_result(around.nr == 2 * NR_ROUNDS && !around.wrong,
			"%s: nothing else than text is mapped around text", name);
	blocks_free(blocks, NR_ROUNDS);
}

static void test_guards(void)
{
	void *text, *data;

	/* While little is held, packs are as small as this. */
	around_packs("small-text", SZ_16K, true);
	around_packs("small-data", SZ_16K, false);
	jit_free_barrier();
	text = jit_text_alloc(JIT_BPF, large_pack);
	data = jit_data_alloc(JIT_BPF, SZ_2M);
	around_packs("large-text", large_pack, true);
	around_packs("large-data", SZ_2M, false);
	around_packs("own-text", large_pack + 1, true);
	around_packs("own-data", SZ_2M + 1, false);
	jit_free(text);
	jit_free(data);
	jit_free_barrier();
}

const struct jit_test_case jit_test_cases[] = {
	{ "places", test_places },
	{ "again", test_again },
	{ "release", test_release },
	{ "guards", test_guards },
	{ }
};

module_init(jit_test_register);

static void __exit jit_test_places_exit(void)
{
	release();
	jit_test_unregister();
}
module_exit(jit_test_places_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Where blocks and packs of jitalloc are");
MODULE_LICENSE("GPL");
