// SPDX-License-Identifier: GPL-2.0
/*
 * Freed blocks that stay what they are, for who asks for their length, and are
 * joined when somebody else needs the room.
 */
#include <linux/jitalloc.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>

#include "jit_test_arch.h"
#include "jit_test_packs.h"

#define LEN	256
#define NR	(SZ_2M / LEN)

static void *bufs[NR], *before[NR];

static bool get(unsigned int nr, size_t len)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		bufs[i] = jit_text_alloc(JIT_BPF, len);
		if (!bufs[i])
			return false;
		cond_resched();
	}
	return true;
}

static void put(unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		jit_free(bufs[i]);
		bufs[i] = NULL;
	}
	jit_free_barrier();
}

static bool write(unsigned int nr, size_t len)
{
	bool ok = true;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		ok &= !jit_update_set(bufs[i], i, len);
		cond_resched();
	}
	for (i = 0; i < nr; i++)
		ok &= !memchr_inv(bufs[i], (u8)i, len);
	return ok;
}

static bool trap(unsigned int nr, size_t len)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (!jit_test_is_traps(bufs[i], len))
			return false;
	return true;
}

static int by_address(const void *a, const void *b)
{
	const void *x = *(void **)a, *y = *(void **)b;

	return x < y ? -1 : x > y;
}

static void sorted(void **to)
{
	memcpy(to, bufs, sizeof(bufs));
	sort(to, NR, sizeof(*to), by_address, NULL);
}

/*
 * How many of @after are none of @before, or UINT_MAX if one is a piece of them; both
 * are sorted.
 */
static unsigned int nr_others(void **after)
{
	unsigned int i, j = 0, nr = 0;

	for (i = 0; i < NR; i++) {
		while (j < NR && before[j] + LEN <= after[i])
			j++;
		if (j == NR || after[i] + LEN <= before[j])
			nr++;
		else if (after[i] != before[j])
			return UINT_MAX;
	}
	return nr;
}

static void test_again(void)
{
	static void *after[NR];
	unsigned int others;
	size_t held, kept;

	jit_test_result(get(NR, LEN) && write(NR, LEN), "%u blocks of %u bytes",
			(unsigned int)NR, LEN);
	sorted(before);
	held = held_bytes();
	put(NR);
	kept = held_bytes();
	jit_test_result(get(NR, LEN), "the same again");
	sorted(after);
	others = nr_others(after);
	jit_test_figure("others", others);
	/* The last refill of a per-CPU cache had some more than were asked for. */
	jit_test_result(kept < held || others <= 32 * num_online_cpus(),
			"they are where the others were, if that was kept");
	jit_test_result(trap(NR, LEN), "they trap");
	jit_test_result(write(NR, LEN), "each can be written");
	jit_test_result(held_bytes() == held, "nothing has grown");
	put(NR);
}

/* Each time all that is free is of another length. */
static void test_others(void)
{
	static const size_t lens[] = { 1024, 32, 480, SZ_4K, 64, SZ_8K, LEN };
	size_t held;
	int i;

	if (!jit_test_result(get(NR, LEN), "blocks of %u bytes", LEN))
		return;
	held = held_bytes();
	put(NR);
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		/* 1.5 MiB, or as many as there is room for */
		unsigned int nr = min(NR, SZ_1M * 3 / 2 / lens[i]);
		bool ok = get(nr, lens[i]);

		jit_test_result(ok && trap(nr, lens[i]), "%u of %zu bytes trap",
				nr, lens[i]);
		jit_test_result(write(nr, lens[i]), "each can be written");
		jit_test_result(held_bytes() <= held, "nothing has grown: %zu",
				held_bytes());
		put(nr);
	}
}

/*
 * What was freed is coalesced with what was free before: as much as that of
 * another length needs no more memory. 12 MiB are live around it.
 */
static void test_waiting(void)
{
	const unsigned int nr = SZ_8M * 3 / 2 / LEN, freed = SZ_1M / LEN;
	void **live = vcalloc(nr, sizeof(*live));
	size_t held, room;
	unsigned int i;

	if (!live)
		return;
	for (i = 0; i < nr; i++) {
		live[i] = jit_text_alloc(JIT_BPF, LEN);
		cond_resched();
	}
	held = held_bytes();
	room = held - (size_t)nr * LEN;
	for (i = nr - freed; i < nr; i++) {
		jit_free(live[i]);
		live[i] = NULL;
	}
	jit_free_barrier();
	/* All that was free, and half of what is now */
	room = (room + freed * LEN / 2) / 1024;
	jit_test_result(room < NR && get(room, 1024),
			"%zu blocks of 1024 bytes", room);
	jit_test_result(held_bytes() <= held, "nothing has grown: %zu of %zu",
			held_bytes(), held);
	put(room);
	for (i = 0; i < nr; i++)
		jit_free(live[i]);
	jit_free_barrier();
	vfree(live);
}

/*
 * A block comes and goes; how often memory went back to the kernel meanwhile. The
 * pool may grow: nobody waits for what was freed.
 */
static unsigned int come_and_go(unsigned int nr, size_t len)
{
	size_t held = held_bytes();
	unsigned int i, returns = 0;

	for (i = 0; i < nr; i++) {
		void *buf = jit_text_alloc(JIT_BPF, len);

		if (jit_update_set(buf, i, len))
			return UINT_MAX;
		jit_free(buf);
		returns += held_bytes() < held;
		held = held_bytes();
		cond_resched();
	}
	return returns;
}

/*
 * Much more than waits for a grace period, or is held in reserve: the longest blocks
 * that freelists have, and blocks that none has
 */
static void test_steady(void)
{
	static const size_t lens[] = { SZ_4K, SZ_8K };
	const unsigned int nr = SZ_32M / SZ_4K;
	unsigned int i, returns;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		jit_test_result(come_and_go(nr, lens[i]) < nr,
				"%u blocks of %zu bytes come and go", nr,
				lens[i]);
		returns = come_and_go(nr, lens[i]);
		jit_test_result(returns <= 4,
				"no pack goes with them: %u returns", returns);
	}
}

const struct jit_test_case jit_test_cases[] = {
	{ "again", test_again },
	{ "others", test_others },
	{ "waiting", test_waiting },
	{ "steady", test_steady },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Allocates what was freed, in the same and in other lengths");
MODULE_LICENSE("GPL");
