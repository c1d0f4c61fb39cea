// SPDX-License-Identifier: GPL-2.0
/*
 * Has as much as a module may have, to a byte by its own account. jit_test_other.c
 * is the same module once more, which frees what this one has allocated, too.
 */
#include <linux/jitalloc.h>
#include <linux/kthread.h>
#include <linux/prandom.h>

#include "jit_test.h"

static unsigned long limit;
module_param(limit, ulong, 0600);
MODULE_PARM_DESC(limit, "bytes that the module may have");

static bool idle;
module_param(idle, bool, 0400);
MODULE_PARM_DESC(idle, "has nothing to begin with");

#define MAX_BLOCKS	SZ_16K

static struct block {
	void *buf;
	size_t len;
} *blocks;
static unsigned long nr_blocks;
static size_t sum;
static struct jit_cache *cache;

static void *alloc_one(unsigned long nr, size_t len)
{
	switch (nr % 4) {
	case 0:
		return jit_data_alloc(JIT_MODULES_DATA, len);
	case 1:
		return cache ? jit_cache_text_alloc(cache, len) :
			       jit_text_alloc(JIT_FTRACE, len);
	default:
		return jit_text_alloc(JIT_BPF, len);
	}
}

static bool take(size_t len)
{
	void *buf = nr_blocks < MAX_BLOCKS ? alloc_one(nr_blocks, len) : NULL;

	if (!buf)
		return false;
	blocks[nr_blocks++] = (struct block){ buf, len };
	sum += len;
	return true;
}

static void give_back(unsigned long left)
{
	while (nr_blocks > left) {
		struct block *block = &blocks[--nr_blocks];

		sum -= block->len;
		jit_free(block->buf);
	}
}

/* Some of each length, whatever the limit */
static void test_take(void)
{
	static const size_t lens[] = { 1, 32, 33, 500, 1024, 1025, SZ_4K, 50000 };
	bool taken = true;
	int i;

	for (i = 0; i < 160; i++)
		taken &= take(lens[i / 4 % ARRAY_SIZE(lens)]);
	jit_test_result(taken, "160 blocks are there");
	jit_test_note("%lu blocks of %zu bytes", nr_blocks, sum);
}

/* Larger blocks first: the last ones are of a byte. */
static void test_fill(void)
{
	size_t len;

	for (len = SZ_64K; len; len /= 4)
		while (take(len))
			cond_resched();
	jit_test_note("%lu blocks of %zu bytes", nr_blocks, sum);
	jit_test_result(sum == limit, "all that it may have is there: %zu of %lu",
			sum, limit);
}

static void test_refused(void)
{
	jit_test_result(!take(1), "a byte is refused");
}

static void test_granted(void)
{
	jit_test_result(take(1), "a byte is granted");
}

static void test_free_most(void)
{
	give_back(nr_blocks / 8);
	jit_test_note("%zu bytes left", sum);
	jit_test_result(sum, "most is freed");
}

static void test_free_all(void)
{
	give_back(0);
	jit_test_result(!sum, "all is freed");
}

/* 4 MiB are more than the limit of all. */
static void test_fail(void)
{
	int i, failed = 0;

	for (i = 0; i < 10; i++)
		failed += !jit_data_alloc(JIT_BPF, SZ_4M);
	jit_test_result(failed == 10, "10 allocations fail");
}

/* All of it from a cache */
static void test_cache(void)
{
	struct jit_cache *own = jit_cache_create(JIT_KPROBES);
	bool taken = own;

	for (size_t taken_sum = sum; taken && taken_sum < limit; taken_sum += SZ_1K)
		taken = jit_cache_text_alloc(own, SZ_1K);
	jit_test_result(taken, "a cache has all that is left");
	jit_test_result(!jit_text_alloc(JIT_BPF, 1), "there is no other byte");
	jit_cache_destroy(own);
}

/* --- while the limit comes and goes --------------------------------------- */

#define NR_THREADS	4
#define NR_OWN		16
#define SECONDS		5

static int churn(void *data)
{
	struct block own[NR_OWN] = {};
	struct rnd_state rnd;
	unsigned long nr = 0;
	int i;

	prandom_seed_state(&rnd, (unsigned long)data);
	while (!kthread_should_stop()) {
		struct block *block = &own[prandom_u32_state(&rnd) % NR_OWN];

		jit_free(block->buf);
		block->len = 1 + prandom_u32_state(&rnd) % 600;
		block->buf = alloc_one(nr++, block->len);
		cond_resched();
	}
	for (i = 0; i < NR_OWN; i++)
		jit_free(own[i].buf);
	return 0;
}

static void test_churn(void)
{
	struct task_struct *tasks[NR_THREADS];
	int i, running = 0;

	for (i = 0; i < NR_THREADS; i++) {
		tasks[i] = kthread_create(churn, (void *)(i + 1UL),
					  "jit_test_owner/%d", i);
		if (IS_ERR(tasks[i]))
			break;
		/* or a thread that is stopped at once would never run */
		get_task_struct(tasks[i]);
		wake_up_process(tasks[i]);
		running++;
	}
	schedule_timeout_interruptible(SECONDS * HZ);
	for (i = 0; i < running; i++) {
		kthread_stop(tasks[i]);
		put_task_struct(tasks[i]);
	}
	jit_test_result(running == NR_THREADS, "%d threads", NR_THREADS);
}

/* --- what another module frees -------------------------------------------- */

#ifndef JIT_TEST_OTHER
size_t jit_test_owner_pass(void **buf);

size_t jit_test_owner_pass(void **buf)
{
	struct block *block = &blocks[--nr_blocks];

	sum -= block->len;
	*buf = block->buf;
	return block->len;
}
EXPORT_SYMBOL_GPL(jit_test_owner_pass);
#else
size_t jit_test_owner_pass(void **buf);

static void test_free_foreign(void)
{
	void *buf;
	size_t len = jit_test_owner_pass(&buf);

	jit_free(buf);
	jit_test_result(len, "a block of another module is freed");
}
#endif

const struct jit_test_case jit_test_cases[] = {
	{ "take", test_take },
	{ "fill", test_fill },
	{ "refused", test_refused },
	{ "granted", test_granted },
	{ "free_most", test_free_most },
	{ "free_all", test_free_all },
	{ "fail", test_fail },
	{ "cache", test_cache },
	{ "churn", test_churn },
#ifdef JIT_TEST_OTHER
	{ "free_foreign", test_free_foreign },
#endif
	{ }
};

static int __init jit_test_owner_init(void)
{
	int err;

	blocks = vcalloc(MAX_BLOCKS, sizeof(*blocks));
	err = blocks ? jit_test_register() : -ENOMEM;
	if (!idle) {
		cache = jit_cache_create(JIT_FTRACE);
		/* One that the address of its caller does not say after this */
		if (!err && (!cache || !take(77)))
			err = -ENOMEM;
	}
	if (err)
		vfree(blocks);
	return err;
}
module_init(jit_test_owner_init);

/* What is there is left. */
static void __exit jit_test_owner_exit(void)
{
	jit_test_unregister();
	vfree(blocks);
}
module_exit(jit_test_owner_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Has as much as a module may have");
MODULE_LICENSE("GPL");
