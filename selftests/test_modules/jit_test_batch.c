// SPDX-License-Identifier: GPL-2.0
/*
 * Text that is allocated and written in one call, and many writes in one call,
 * held against what was to be written.
 */
#include <linux/jitalloc.h>
#include <linux/random.h>
#include <linux/smp.h>

#include "jit_test.h"
#include "jit_test_arch.h"

#define NR_FUNCTIONS	10000
#define NR_LIVE		1000
#define NR_BLOCKS	64
#define BLOCK		256
#define NR_PIECES	4000
#define LARGE		(3 * SZ_1M)

static void fill(u8 *bytes, size_t len)
{
	get_random_bytes(bytes, len);
}

static void run_there(void *data)
{
	u64 *result = data;
	jit_test_fn fn = (jit_test_fn)(unsigned long)result[0];

	result[1] = fn();
}

static bool returns_elsewhere(void *fn, u32 value)
{
	u64 result[2] = { (unsigned long)fn };
	int here = get_cpu();
	int there = cpumask_any_but(cpu_online_mask, here);
	int err = -ENXIO;

	if (there < nr_cpu_ids)
		err = smp_call_function_single(there, run_there, result, 1);
	put_cpu();
	return !err && result[1] == value;
}

static void test_functions(void)
{
	static void *fns[NR_LIVE];
	u8 code[JIT_TEST_FN_LEN];
	int i, first, right = 0, elsewhere = 0;

	for (first = 0; first < NR_FUNCTIONS; first += NR_LIVE) {
		for (i = 0; i < NR_LIVE; i++) {
			u32 value = (first + i) * 2654435761u;

			jit_test_emit_const(code, value);
			fns[i] = jit_text_dup(JIT_BPF, code, sizeof(code));
			if (!fns[i])
				continue;
			right += ((jit_test_fn)fns[i])() == value;
			elsewhere += returns_elsewhere(fns[i], value);
		}
		for (i = 0; i < NR_LIVE; i++)
			jit_free(fns[i]);
	}
	jit_free_barrier();
	jit_test_result(right == NR_FUNCTIONS,
			"%d functions return their own constant", NR_FUNCTIONS);
	jit_test_result(elsewhere == NR_FUNCTIONS, "and on the other CPU");
}

/* Lengths of every way: cached, not cached, from the packs, with one of their own. */
static void test_lengths(void)
{
	static const size_t lens[] = { 1, 31, 32, 33, 1023, 1024, 1025, 16384,
				       16385, SZ_2M - 1, SZ_2M, LARGE };
	u8 *src = vmalloc(LARGE);
	int i, round, equal = 0, trapped = 0;

	if (!jit_test_result(src, "memory for the test"))
		return;
	fill(src, LARGE);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < ARRAY_SIZE(lens); i++) {
			size_t slack = round_up(lens[i], JIT_ALIGN) - lens[i];
			u8 *text = jit_text_dup(JIT_KPROBES, src, lens[i]);

			if (!text)
				continue;
			equal += !memcmp(text, src, lens[i]);
			trapped += !slack || jit_test_is_traps(text + lens[i] + slack - 4, 4) ||
				   slack < 4;
			jit_free(text);
		}
	}
	jit_free_barrier();
	vfree(src);
	jit_test_result(equal == 3 * ARRAY_SIZE(lens),
			"%zu lengths are copied", ARRAY_SIZE(lens));
	jit_test_result(trapped == 3 * ARRAY_SIZE(lens),
			"and have traps behind them");
}

static void test_dup_refused(void)
{
	static const u8 bytes[64];
	struct jit_alloc_usage before, after;

	jit_free_barrier();
	jit_alloc_usage(&before);
	jit_test_result(!jit_text_dup(JIT_BPF, NULL, 64), "a dup of NULL is refused");
	jit_test_result(!jit_text_dup(JIT_BPF, bytes, 0), "a dup of no bytes is refused");
	jit_test_result(!jit_text_dup(JIT_BPF, bytes, SIZE_MAX), "a dup of all bytes is refused");
	jit_free_barrier();
	jit_alloc_usage(&after);
	jit_test_result(before.held == after.held && !after.waiting,
			"nothing is left of it");
}

/* Whole blocks, of several pools and packs. */
static void test_blocks(void)
{
	static const enum jit_type types[] = {
		JIT_KPROBES, JIT_BPF, JIT_FTRACE, JIT_MODULES_TEXT,
	};
	static struct jit_update updates[NR_BLOCKS];
	u8 *src = kvmalloc(NR_BLOCKS * BLOCK, GFP_KERNEL);
	int i, live = 0, equal = 0, err = -ENOMEM;

	if (src)
		fill(src, NR_BLOCKS * BLOCK);
	for (i = 0; i < NR_BLOCKS; i++) {
		updates[i].dst = jit_text_alloc(types[i % 4], BLOCK);
		updates[i].src = src + i * BLOCK;
		updates[i].len = BLOCK;
		live += !!updates[i].dst;
	}
	if (src && live == NR_BLOCKS)
		err = jit_update_batch(updates, NR_BLOCKS);
	for (i = 0; i < NR_BLOCKS; i++) {
		equal += !err && !memcmp(updates[i].dst, updates[i].src, BLOCK);
		jit_free(updates[i].dst);
	}
	kvfree(src);
	jit_free_barrier();
	jit_test_result(!err && equal == NR_BLOCKS, "%d blocks in one batch", NR_BLOCKS);
}

/* Overlapping pieces anywhere in one text: the later one counts. */
static void test_pieces(void)
{
	const size_t len = 64 * SZ_1K;
	struct jit_update *updates = kvcalloc(NR_PIECES, sizeof(*updates), GFP_KERNEL);
	u8 *src = kvmalloc(len, GFP_KERNEL), *shadow = kvmalloc(len, GFP_KERNEL);
	u8 *text = jit_text_alloc(JIT_BPF, len);
	size_t bytes = 0;
	int i, err = -ENOMEM;

	if (updates && src && shadow && text) {
		fill(src, len);
		memcpy(shadow, text, len);
		for (i = 0; i < NR_PIECES; i++) {
			size_t at = get_random_u32_below(len);
			size_t from = get_random_u32_below(len);
			size_t n = get_random_u32_below(min(len - max(at, from), 600) + 1);

			updates[i] = (struct jit_update){ text + at, src + from, n };
			memcpy(shadow + at, src + from, n);
			bytes += n;
		}
		err = jit_update_batch(updates, NR_PIECES);
	}
	jit_test_figure("batch_bytes", bytes);
	jit_test_result(!err && !memcmp(text, shadow, len),
			"%d pieces of one text, in order", NR_PIECES);
	/* More than is written while interrupts are off, in one piece */
	if (!err) {
		updates[0] = (struct jit_update){ text + 7, src, len - 7 };
		updates[1] = (struct jit_update){ text, src, 7 };
		err = jit_update_batch(updates, 2);
		memcpy(shadow + 7, src, len - 7);
		memcpy(shadow, src, 7);
	}
	jit_test_result(!err && !memcmp(text, shadow, len), "long pieces");
	jit_free(text);
	jit_free_barrier();
	kvfree(shadow);
	kvfree(src);
	kvfree(updates);
}

static const u8 mark[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };

/* The second of three writes is wrong: only the first is done. */
static void stops(const char *name, void *dst, const void *src, size_t len, int err)
{
	u8 *text = jit_text_alloc(JIT_BPF, 64);
	struct jit_update updates[] = {
		{ text, mark, sizeof(mark) },
		{ dst, src, len },
		{ text + 32, mark, sizeof(mark) },
	};
	int got = text ? jit_update_batch(updates, ARRAY_SIZE(updates)) : -ENOMEM;

	jit_test_result(got == err && !memcmp(text, mark, sizeof(mark)) &&
			jit_test_is_traps(text + 32, sizeof(mark)),
			"%s: %d, and only what is before it is written", name, err);
	if (got != err)
		jit_test_note("%s: %d", name, got);
	jit_free(text);
}

static void test_refused(void)
{
	static u8 foreign[64];
	struct jit_update update = { NULL, mark, sizeof(mark) };
	u8 *text = jit_text_alloc(JIT_BPF, 40), *freed = jit_text_alloc(JIT_BPF, 40);
	u8 *data = jit_data_alloc(JIT_BPF, 64);

	jit_free(freed);
	jit_test_result(text && data, "memory for the test");
	jit_test_result(jit_update_batch(NULL, 1) == -EINVAL, "no array: -EINVAL");
	jit_test_result(!jit_update_batch(&update, 0), "no writes: 0");
	stops("nowhere", NULL, mark, sizeof(mark), -EINVAL);
	stops("from nowhere", text, NULL, sizeof(mark), -EINVAL);
	stops("foreign memory", foreign, mark, sizeof(mark), -EFAULT);
	stops("freed text", freed, mark, sizeof(mark), -EFAULT);
	stops("data", data, mark, sizeof(mark), -EACCES);
	stops("across the end", text + 30, mark, 11, -ERANGE);
	stops("behind the end", text + 40, mark, 1, -EFAULT);
	stops("too long", text, mark, SIZE_MAX, -ERANGE);
	jit_test_result(jit_test_is_traps(text, 40) && !memchr_inv(data, 0, 64),
			"nothing else is written");
	jit_free(text);
	jit_free(data);
	jit_free_barrier();
}

const struct jit_test_case jit_test_cases[] = {
	{ "functions", test_functions },
	{ "lengths", test_lengths },
	{ "dup_refused", test_dup_refused },
	{ "blocks", test_blocks },
	{ "pieces", test_pieces },
	{ "refused", test_refused },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Writes jitalloc's text in one call");
MODULE_LICENSE("GPL");
