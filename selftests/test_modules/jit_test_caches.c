// SPDX-License-Identifier: GPL-2.0
/*
 * Private caches: their memory is nobody else's, and goes as a whole.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/moduleparam.h>
#include <linux/prandom.h>
#include <linux/rcupdate.h>

#include "jit_test_packs.h"

static bool leak;
module_param(leak, bool, 0400);
MODULE_PARM_DESC(leak, "forget to destroy what the case \"forget\" has made");

#define NR_CACHES	3
#define NR_BLOCKS	400	/* of all caches and of the shared memory */

static struct jit_cache *caches[NR_CACHES];
static struct block blocks[NR_BLOCKS];

static bool caches_create(void)
{
	caches[0] = jit_cache_create(JIT_BPF);
	caches[1] = jit_cache_create(JIT_BPF);
	caches[2] = jit_cache_create(JIT_KPROBES);
	return caches[0] && caches[1] && caches[2];
}

static void caches_destroy(void)
{
	int i;

	for (i = 0; i < NR_CACHES; i++) {
		jit_cache_destroy(caches[i]);
		caches[i] = NULL;
	}
}

/* In turn from each cache, and from what all share */
static bool get_block(unsigned int nr, size_t len)
{
	struct block *block = &blocks[nr];
	struct jit_cache *cache = NULL;

	if (nr % (NR_CACHES + 1))
		cache = caches[nr % (NR_CACHES + 1) - 1];
	block->len = len;
	block->text = nr / 8 % 3;
	if (cache)
		block->buf = block->text ? jit_cache_text_alloc(cache, len) :
					   jit_cache_data_alloc(cache, len);
	else
		block->buf = block->text ? jit_text_alloc(JIT_BPF, len) :
					   jit_data_alloc(JIT_BPF, len);
	return block->buf;
}

static bool get_blocks(void)
{
	unsigned int i;

	for (i = 0; i < NR_BLOCKS; i++)
		if (!get_block(i, 1 + i * 61 % 5000))
			return false;
	return true;
}

/* Whether blocks of different users have a page in common */
static bool share_a_page(const struct block *a, const struct block *b)
{
	unsigned long a_first = (unsigned long)a->buf >> PAGE_SHIFT;
	unsigned long b_first = (unsigned long)b->buf >> PAGE_SHIFT;
	unsigned long a_last = (unsigned long)(a->buf + a->len - 1) >> PAGE_SHIFT;
	unsigned long b_last = (unsigned long)(b->buf + b->len - 1) >> PAGE_SHIFT;

	return a_first <= b_last && b_first <= a_last;
}

static void test_private(void)
{
	bool apart = true, fresh = true, prot = true, right = true;
	unsigned int i, j, together = 0;

	if (!jit_test_result(caches_create(), "caches") ||
	    !jit_test_result(get_blocks(), "blocks of them and of others"))
		goto out;

	for (i = 0; i < NR_BLOCKS; i++) {
		const struct block *block = &blocks[i];

		fresh &= jit_test_is_fresh(block->buf, block->len, block->text);
		fresh &= IS_ALIGNED((unsigned long)block->buf, JIT_ALIGN);
		prot &= block_is_protected(block);
		for (j = 0; j < i; j++) {
			if (!share_a_page(block, &blocks[j]))
				continue;
			if (i % (NR_CACHES + 1) == j % (NR_CACHES + 1))
				together++;
			else
				apart = false;
		}
	}
	jit_test_result(fresh, "they are fresh and aligned");
	jit_test_result(prot, "they are protected as any other");
	jit_test_result(apart, "no two caches share a page");
	jit_test_result(together, "blocks of one cache do");
	for (i = 0; i < NR_BLOCKS; i++)
		right &= block_write(&blocks[i], i);
	for (i = 0; i < NR_BLOCKS; i++)
		right &= block_is_right(&blocks[i], i);
	jit_test_result(right, "every block holds what was written");

	/* One cache goes; the others stay as they were. */
	jit_cache_destroy(caches[0]);
	caches[0] = NULL;
	jit_free_barrier();
	for (i = 0, right = true; i < NR_BLOCKS; i++)
		if (i % (NR_CACHES + 1) != 1)
			right &= block_is_right(&blocks[i], i);
	jit_test_result(right, "destroying one changes no other");
out:
	for (i = 0; i < NR_BLOCKS; i += NR_CACHES + 1)
		jit_free(blocks[i].buf);
	caches_destroy();
	jit_free_barrier();
	memset(blocks, 0, sizeof(blocks));
}

/* --- what comes back ------------------------------------------------------ */

static void test_destroy(void)
{
	size_t before, empty, most;
	bool gone = true;
	unsigned int i;
	u8 *large;

	jit_free_barrier();
	before = held_bytes();
	if (!jit_test_result(caches_create(), "caches"))
		goto out;
	empty = held_bytes();
	jit_test_result(empty == before, "without a block, a cache holds nothing");

	for (i = 0; i < NR_BLOCKS; i++)
		if (i % (NR_CACHES + 1) && !get_block(i, 1 + i * 61 % 20000))
			gone = false;
	large = jit_cache_text_alloc(caches[0], SZ_2M + 1);
	gone &= large && jit_cache_data_alloc(caches[1], SZ_2M + 1);
	jit_test_result(gone, "blocks of all sizes");
	most = held_bytes();
	jit_test_result(most >= before + 2 * SZ_2M, "they hold memory");

	/* Some are freed before, one by one: taken back, and not taken back. */
	for (i = 0; i < NR_BLOCKS; i += 3) {
		jit_free(blocks[i].buf);
		blocks[i].buf = NULL;
	}
	jit_free_barrier();
	for (i = 1; i < NR_BLOCKS; i += 3) {
		jit_free(blocks[i].buf);
		blocks[i].buf = NULL;
	}
	jit_free(large);
	caches_destroy();
	jit_free_barrier();
	jit_test_result(held_bytes() == before, "all of it comes back");

	for (i = 2; i < NR_BLOCKS; i += 3)
		if (blocks[i].buf && blocks[i].text)
			gone &= jit_update_set(blocks[i].buf, 0, 1) == -EFAULT;
	jit_test_result(gone, "nothing of them is live");
out:
	caches_destroy();
	memset(blocks, 0, sizeof(blocks));
}

/* --- many at once --------------------------------------------------------- */

#define NR_THREADS	4
#define NR_OF_CACHE	64

struct worker {
	struct task_struct *task;
	struct rnd_state rnd;
	unsigned long caches, blocks, wrong, failed;
};

/* A cache is made, used and destroyed. */
static void one_cache(struct worker *w)
{
	static const enum jit_type types[] = {
		JIT_BPF, JIT_FTRACE, JIT_KPROBES, JIT_MODULES_TEXT,
	};
	struct block of_cache[NR_OF_CACHE] = { };
	u32 dice = prandom_u32_state(&w->rnd);
	unsigned int nr = dice % NR_OF_CACHE, i;
	struct jit_cache *cache = jit_cache_create(types[dice >> 8 & 3]);

	if (!cache) {
		w->failed++;
		return;
	}
	w->caches++;
	for (i = 0; i < nr; i++) {
		struct block *block = &of_cache[i];

		dice = prandom_u32_state(&w->rnd);
		block->text = dice & 1;
		block->len = 1 + (dice >> 8) % (dice & 14 ? 700 : SZ_16K);
		block->buf = block->text ?
			     jit_cache_text_alloc(cache, block->len) :
			     jit_cache_data_alloc(cache, block->len);
		if (!block->buf) {
			w->failed++;
			continue;
		}
		w->blocks++;
		w->wrong += !block_write(block, i);
	}
	for (i = 0; i < nr; i++) {
		if (!of_cache[i].buf)
			continue;
		w->wrong += !block_is_right(&of_cache[i], i);
		/* Half of them are freed one by one. */
		if (prandom_u32_state(&w->rnd) & 1)
			jit_free(of_cache[i].buf);
	}
	jit_cache_destroy(cache);
}

static int churn_thread(void *data)
{
	struct worker *w = data;

	while (!kthread_should_stop()) {
		one_cache(w);
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}

static void test_churn(void)
{
	static struct worker workers[NR_THREADS];
	struct worker all = { };
	size_t before;
	int i, running = 0;

	jit_free_barrier();
	before = held_bytes();
	for (i = 0; i < NR_THREADS; i++) {
		struct worker *w = &workers[i];

		*w = (struct worker) { };
		prandom_seed_state(&w->rnd, 42 + i);
		w->task = kthread_create(churn_thread, w, "jit_caches/%d", i);
		if (IS_ERR(w->task))
			break;
		get_task_struct(w->task);
		wake_up_process(w->task);
		running++;
	}
	jit_test_result(running == NR_THREADS, "%d threads", NR_THREADS);
	schedule_timeout_interruptible(15 * HZ);
	for (i = 0; i < running; i++) {
		struct worker *w = &workers[i];

		kthread_stop(w->task);
		put_task_struct(w->task);
		all.caches += w->caches;
		all.blocks += w->blocks;
		all.wrong += w->wrong;
		all.failed += w->failed;
	}
	jit_free_barrier();
	jit_test_figure("caches_made", all.caches);
	jit_test_figure("caches_blocks", all.blocks);
	jit_test_result(!all.wrong, "nothing is ever wrong");
	jit_test_result(!all.failed, "nothing fails");
	jit_test_result(all.caches > JIT_TEST_CHURNED_CACHES,
			"more than %d caches", JIT_TEST_CHURNED_CACHES);
	jit_test_result(held_bytes() == before, "all of it comes back");
}

/* --- what is forgotten ---------------------------------------------------- */

#define NR_FORGOTTEN	40

static void test_forget(void)
{
	bool got = caches_create();
	unsigned int i;

	for (i = 0; got && i < NR_FORGOTTEN; i++) {
		struct jit_cache *cache = caches[i % NR_CACHES];

		got &= i & 1 ? !!jit_cache_text_alloc(cache, 100 + i) :
			       !!jit_cache_data_alloc(cache, 100 + i);
	}
	jit_test_result(got, "caches that have %d blocks", NR_FORGOTTEN);
}

const struct jit_test_case jit_test_cases[] = {
	{ "private", test_private },
	{ "destroy", test_destroy },
	{ "churn", test_churn },
	{ "forget", test_forget },
	{ }
};

static void __exit jit_test_caches_exit(void)
{
	if (!leak)
		caches_destroy();
	jit_test_unregister();
}

module_init(jit_test_register);
module_exit(jit_test_caches_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Has caches of jitalloc for itself");
MODULE_LICENSE("GPL");
