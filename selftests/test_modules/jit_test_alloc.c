// SPDX-License-Identifier: GPL-2.0
/*
 * What an allocation is: where it lies, what it is full of, and that it is
 * nobody else's.
 */
#include <linux/jitalloc.h>
#include <linux/random.h>
#include <linux/sort.h>

#include "jit_test.h"
#include "jit_test_arch.h"

#define NR_LIVE		256

static const enum jit_type text_types[] = {
	JIT_MODULES_TEXT, JIT_KPROBES, JIT_FTRACE, JIT_BPF,
};

static const char * const type_names[JIT_TYPE_MAX] = {
	[JIT_MODULES_TEXT]	= "modules text",
	[JIT_MODULES_DATA]	= "modules data",
	[JIT_KPROBES]		= "kprobes",
	[JIT_FTRACE]		= "ftrace",
	[JIT_BPF]		= "bpf",
};

static const size_t sizes[] = {
	1, 2, 15, 16, 64, 100, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1,
	3 * PAGE_SIZE, SZ_64K, SZ_64K + 8, SZ_1M, SZ_2M - 1, SZ_2M, SZ_2M + 1,
};

static bool within(const void *buf, size_t size, enum jit_type type)
{
	const struct jit_range *range = &jit_alloc_arch_params()->ranges[type];
	unsigned long addr = (unsigned long)buf;

	if (addr >= range->start && size <= range->end - addr)
		return true;
	return range->fallback_start && addr >= range->fallback_start &&
	       size <= range->fallback_end - addr;
}

static bool is_full_of(const u8 *buf, size_t size, u8 byte)
{
	return !memchr_inv(buf, byte, size);
}

/* Every size in every range of text. */
static void test_text(void)
{
	int t, s;

	for (t = 0; t < ARRAY_SIZE(text_types); t++) {
		enum jit_type type = text_types[t];
		const char *name = type_names[type];
		bool got = true, in = true, aligned = true;
		bool trapped = true, prot = true;

		for (s = 0; s < ARRAY_SIZE(sizes); s++) {
			u8 *buf = jit_text_alloc(type, sizes[s]);

			if (!buf) {
				jit_test_note("%s: nothing for %zu", name,
					      sizes[s]);
				got = false;
				continue;
			}
			in &= within(buf, sizes[s], type);
			aligned &= IS_ALIGNED((unsigned long)buf,
					      JIT_ALIGN);
			trapped &= jit_test_is_traps(buf, sizes[s]);
			prot &= jit_test_all_pages(buf, sizes[s],
						   jit_test_is_text);
			jit_free(buf);
		}
		jit_test_result(got, "%s: text of every size", name);
		jit_test_result(in, "%s: text is in its range", name);
		jit_test_result(aligned, "%s: text is aligned", name);
		jit_test_result(trapped, "%s: fresh text is full of traps", name);
		jit_test_result(prot, "%s: text is read-only and executable",
				name);
	}
	jit_free_barrier();
}

/* Every size of data, for every type. */
static void test_data(void)
{
	int type, s;

	for (type = 0; type < JIT_TYPE_MAX; type++) {
		const char *name = type_names[type];
		bool got = true, in = true, zeroed = true, prot = true;
		bool aligned = true, kept = true;

		for (s = 0; s < ARRAY_SIZE(sizes); s++) {
			u8 *buf = jit_data_alloc(type, sizes[s]);

			if (!buf) {
				jit_test_note("data for %s: nothing for %zu",
					      name, sizes[s]);
				got = false;
				continue;
			}
			in &= within(buf, sizes[s], type);
			aligned &= IS_ALIGNED((unsigned long)buf,
					      JIT_ALIGN);
			zeroed &= is_full_of(buf, sizes[s], 0);
			prot &= jit_test_all_pages(buf, sizes[s],
						   jit_test_is_data);
			memset(buf, 0xa5, sizes[s]);
			kept &= is_full_of(buf, sizes[s], 0xa5);
			jit_free(buf);
		}
		jit_test_result(got, "data for %s: of every size", name);
		jit_test_result(in, "data for %s: is in its range", name);
		jit_test_result(aligned, "data for %s: is aligned", name);
		jit_test_result(zeroed, "data for %s: fresh data is zero", name);
		jit_test_result(prot, "data for %s: is writable, not executable",
				name);
		jit_test_result(kept, "data for %s: keeps what is written", name);
	}
	jit_free_barrier();

	/* The allocator can't hand out what somebody has left behind. */
	for (type = 0; type < JIT_TYPE_MAX; type++) {
		bool zeroed = true;
		int round;

		for (round = 0; round < 4; round++) {
			u8 *buf = jit_data_alloc(type, 3 * PAGE_SIZE);

			if (!buf) {
				zeroed = false;
				break;
			}
			zeroed &= is_full_of(buf, 3 * PAGE_SIZE, 0);
			memset(buf, 0x5a, 3 * PAGE_SIZE);
			jit_free(buf);
			jit_free_barrier();
		}
		jit_test_result(zeroed, "data for %s: is zero when it is recycled",
				type_names[type]);
	}
}

/* A call from text reaches other text, and its data, as far as it has to. */
static void test_reach(void)
{
	int a, b;

	for (a = 0; a < JIT_TYPE_MAX; a++) {
		void *from = a == JIT_MODULES_DATA ?
			jit_data_alloc(a, PAGE_SIZE) : jit_text_alloc(a, PAGE_SIZE);
		bool reached = from;
		long distance;

		for (b = 0; b < JIT_TYPE_MAX && from; b++) {
			void *to = jit_data_alloc(b, PAGE_SIZE);

			distance = to - from;
			reached &= to && (!jit_test_reaches(a, b) ||
					  abs(distance) < JIT_TEST_REACH);
			jit_free(to);
		}
		/* An exported function of the kernel, whatever its name */
		distance = (void *)vfree - from;
		reached &= !jit_test_reaches(a, JIT_MODULES_TEXT) ||
			   abs(distance) < JIT_TEST_REACH;
		/* A function of a module */
		distance = (void *)jit_free - from;
		reached &= !jit_test_reaches(a, JIT_MODULES_TEXT) ||
			   abs(distance) < JIT_TEST_REACH;

		jit_test_result(reached,
				"%s: reaches data, kernel and modules",
				type_names[a]);
		jit_free(from);
	}
	jit_free_barrier();
}

struct live {
	u8 *buf;
	size_t size;
	bool text;
};

static int live_cmp(const void *a, const void *b)
{
	const struct live *x = a, *y = b;

	return x->buf < y->buf ? -1 : x->buf > y->buf;
}

static bool fill(struct live *live, u8 byte)
{
	if (live->text)
		return !jit_update_set(live->buf, byte, live->size);
	memset(live->buf, byte, live->size);
	return true;
}

/* Many at once, of all kinds: none overlaps another, each keeps its bytes. */
static void test_many(void)
{
	struct live *live = kvcalloc(NR_LIVE, sizeof(*live), GFP_KERNEL);
	bool got = true, wrote = true, apart = true, kept = true, alone = true;
	bool neighbour = true;
	int i;

	if (!live) {
		jit_test_result(false, "memory for the test");
		return;
	}

	for (i = 0; i < NR_LIVE; i++) {
		enum jit_type type = i % JIT_TYPE_MAX;

		live[i].size = 1 + get_random_u32_below(3 * PAGE_SIZE);
		live[i].text = type != JIT_MODULES_DATA && i % 3;
		live[i].buf = live[i].text ?
			      jit_text_alloc(type, live[i].size) :
			      jit_data_alloc(type, live[i].size);
		got &= !!live[i].buf;
	}
	if (!jit_test_result(got, "%d allocations live at once", NR_LIVE))
		goto out;

	sort(live, NR_LIVE, sizeof(*live), live_cmp, NULL);
	for (i = 0; i < NR_LIVE; i++)
		wrote &= fill(&live[i], i);
	jit_test_result(wrote, "every text can be written");

	for (i = 0; i < NR_LIVE; i++) {
		if (i)
			apart &= live[i - 1].buf + live[i - 1].size <=
				 live[i].buf;
		kept &= is_full_of(live[i].buf, live[i].size, i);
	}
	jit_test_result(apart, "no two overlap");
	jit_test_result(kept, "each keeps its own bytes");

	for (i = 0; i < NR_LIVE; i += 2) {
		jit_free(live[i].buf);
		live[i].buf = NULL;
	}
	jit_free_barrier();
	for (i = 1; i < NR_LIVE; i += 2)
		neighbour &= is_full_of(live[i].buf, live[i].size, i);
	jit_test_result(neighbour, "freeing a neighbour changes nothing");

	for (i = 0; i < NR_LIVE; i += 2) {
		live[i].text = true;
		live[i].buf = jit_text_alloc(JIT_KPROBES, live[i].size);
		if (!live[i].buf) {
			alone = false;
			continue;
		}
		alone &= jit_test_is_traps(live[i].buf, live[i].size);
		alone &= fill(&live[i], i);
	}
	for (i = 0; i < NR_LIVE; i++)
		if (live[i].buf)
			alone &= is_full_of(live[i].buf, live[i].size, i);
	jit_test_result(alone, "what takes its place changes nothing");
out:
	for (i = 0; i < NR_LIVE; i++)
		jit_free(live[i].buf);
	jit_free_barrier();
	kvfree(live);
}

/* Traps before the first write, around what is written, and in the next user's */
static void test_traps(void)
{
	static const size_t len = 3 * PAGE_SIZE;
	u8 *buf = jit_text_alloc(JIT_BPF, len);
	u8 pattern[100];
	bool fresh = true;
	int round, bad = 0;

	if (!jit_test_result(buf, "text for traps"))
		return;
	jit_test_result(jit_test_is_traps(buf, len),
			"all of it traps before the first write");

	memset(pattern, 0x90, sizeof(pattern));
	/* across a page, so that both are written in part */
	jit_test_result(!jit_update_copy(buf + PAGE_SIZE - 50, pattern,
					 sizeof(pattern)),
			"a part of it is written");
	jit_test_result(is_full_of(buf + PAGE_SIZE - 50, sizeof(pattern), 0x90),
			"the part holds what was written");
	jit_test_result(jit_test_is_traps(buf, PAGE_SIZE - 50),
			"what is before the part still traps");
	jit_test_result(jit_test_is_traps(buf + PAGE_SIZE + 50, len - PAGE_SIZE - 50),
			"what is after the part still traps");
	jit_test_result(!jit_update_set(buf + 10, 0x0f, 1) && buf[10] == 0x0f &&
			jit_test_is_traps(buf + 9, 1) &&
			jit_test_is_traps(buf + 11, 1),
			"one byte can be set");
	jit_free(buf);
	jit_free_barrier();

	for (round = 0; round < 200; round++) {
		buf = jit_text_alloc(JIT_BPF, 100 + round * 50);
		if (!buf || !jit_test_is_traps(buf, 100 + round * 50) ||
		    jit_update_set(buf, round, 100 + round * 50))
			fresh = false;
		jit_free(buf);
		if (!(round % 50))
			jit_free_barrier();
	}
	jit_test_result(fresh, "recycled text traps, 200 times");
	jit_free_barrier();

	/* Those that were freed next to them are full of other bytes. */
	for (round = 1; round < 64; round++) {
		buf = jit_text_alloc(JIT_KPROBES, round);
		if (!buf || !jit_test_is_traps(buf, round))
			bad++;
		jit_free(buf);
	}
	jit_test_result(!bad, "small texts trap");
	jit_free_barrier();
}

/*
 * Freed text is gone when the barrier returns: not there, or full of traps
 * and not writable.
 */
static void test_freed(void)
{
	const size_t len = 2 * PAGE_SIZE;
	u8 *buf = jit_text_alloc(JIT_FTRACE, len);
	struct jit_test_page page;
	struct page *pages[2];
	bool alias = true;
	int i;

	if (!jit_test_result(buf && !jit_update_set(buf, 0x90, len),
			     "text to free"))
		return;
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		pages[i] = vmalloc_to_page(buf + i * PAGE_SIZE);

	jit_free(buf);
	jit_free_barrier();

	page = jit_test_page(buf);
	if (page.mapped) {
		jit_test_note("freed text stays mapped");
		jit_test_result(!page.writable, "freed text is not writable");
		jit_test_result(jit_test_is_traps(buf, len),
				"freed text is full of traps");
		jit_test_result(!jit_test_alias(buf).writable,
				"freed text has no writable alias");
		return;
	}
	jit_test_note("freed text is unmapped");
	jit_test_result(!page.executable, "freed text can't be executed");
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		page = jit_test_page(page_address(pages[i]));
		alias &= page.mapped && page.writable && !page.executable;
	}
	jit_test_result(alias, "its pages are ordinary memory again");
	jit_test_result(!jit_test_page(buf + PAGE_SIZE).mapped,
			"all of it is unmapped");
}

const struct jit_test_case jit_test_cases[] = {
	{ "text", test_text },
	{ "data", test_data },
	{ "reach", test_reach },
	{ "many", test_many },
	{ "traps", test_traps },
	{ "freed", test_freed },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Checks where jitalloc's memory lies and what it is full of");
MODULE_LICENSE("GPL");
