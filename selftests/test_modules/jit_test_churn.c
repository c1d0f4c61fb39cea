// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that allocate, write, run and free all the time, half of it what
 * another thread has allocated. Every allocation holds a pattern of its own,
 * which is checked before it is freed.
 */
#include <linux/jitalloc.h>
#include <linux/kthread.h>
#include <linux/moduleparam.h>
#include <linux/prandom.h>

#include "jit_test.h"
#include "jit_test_arch.h"

static unsigned int threads = 4;
module_param(threads, uint, 0400);
MODULE_PARM_DESC(threads, "how many");

static unsigned int seconds = 20;
module_param(seconds, uint, 0400);
MODULE_PARM_DESC(seconds, "how long");

static bool starved;
module_param(starved, bool, 0400);
MODULE_PARM_DESC(starved, "there is not always enough, so some allocations fail");

#define NR_SLOTS	64
#define NR_SHARED	256
#define MAX_LEN		(3 * PAGE_SIZE)

struct block {
	u8 *buf;
	u32 len;
	u32 seed;
	bool text;
	struct worker *owner;
};

struct worker {
	struct task_struct *task;
	struct rnd_state rnd;
	struct block *slots[NR_SLOTS];
	u8 *scratch;
	unsigned long allocs, frees, cross, runs, writes, failed, wrong;
};

/* Blocks on their way from one thread to another */
static struct block *shared[NR_SHARED];

/* A function that returns the seed, then bytes that depend on it */
static void pattern(u8 *buf, const struct block *block)
{
	u32 value = block->seed;
	u32 i;

	for (i = 0; i < block->len; i++) {
		value = value * 1664525 + 1013904223;
		buf[i] = value >> 24;
	}
	if (block->text && block->len >= JIT_TEST_FN_LEN)
		jit_test_emit_const(buf, block->seed);
}

static void write_block(struct worker *w, struct block *block)
{
	pattern(w->scratch, block);
	if (!block->text)
		memcpy(block->buf, w->scratch, block->len);
	else if (jit_update_copy(block->buf, w->scratch, block->len))
		w->wrong++;
	w->writes++;
}

static void check_block(struct worker *w, const struct block *block)
{
	pattern(w->scratch, block);
	if (memcmp(block->buf, w->scratch, block->len))
		w->wrong++;
	if (block->text && block->len >= JIT_TEST_FN_LEN) {
		w->wrong += ((jit_test_fn)block->buf)() != block->seed;
		w->runs++;
	}
}

static struct block *new_block(struct worker *w)
{
	struct block *block = kmalloc(sizeof(*block), GFP_KERNEL);
	enum jit_type type = prandom_u32_state(&w->rnd) % JIT_TYPE_MAX;

	if (!block)
		return NULL;
	block->len = 1 + prandom_u32_state(&w->rnd) % (MAX_LEN - 1);
	if (prandom_u32_state(&w->rnd) % 4)
		block->len = 1 + block->len % 300;
	block->seed = prandom_u32_state(&w->rnd);
	block->text = type != JIT_MODULES_DATA &&
		      prandom_u32_state(&w->rnd) % 4;
	block->owner = w;
	block->buf = block->text ? jit_text_alloc(type, block->len) :
				   jit_data_alloc(type, block->len);
	if (!block->buf) {
		w->failed++;
		kfree(block);
		return NULL;
	}
	if (!jit_test_is_fresh(block->buf, block->len, block->text))
		w->wrong++;
	w->allocs++;
	write_block(w, block);
	return block;
}

static void free_block(struct worker *w, struct block *block)
{
	if (!block)
		return;
	check_block(w, block);
	w->cross += block->owner != w;
	w->frees++;
	jit_free(block->buf);
	kfree(block);
}

static int churn_thread(void *data)
{
	struct worker *w = data;
	struct block *block;

	while (!kthread_should_stop()) {
		u32 dice = prandom_u32_state(&w->rnd);
		struct block **slot = &w->slots[dice % NR_SLOTS];

		switch ((dice >> 8) % 4) {
		case 0:		/* something new in place of it */
			free_block(w, *slot);
			*slot = new_block(w);
			break;
		case 1:		/* swap it for another thread's */
			block = xchg(&shared[(dice >> 16) % NR_SHARED], *slot);
			*slot = block;
			break;
		case 2:
			if (*slot)
				check_block(w, *slot);
			break;
		case 3:		/* write something else */
			if (!*slot)
				break;
			(*slot)->seed = dice;
			write_block(w, *slot);
			break;
		}
		cond_resched();
	}
	return 0;
}

static void test_churn(void)
{
	struct worker *workers = kvcalloc(threads, sizeof(*workers), GFP_KERNEL);
	struct worker all = { };
	int i, j, running = 0;

	if (!jit_test_result(workers, "memory for the test"))
		return;

	for (i = 0; i < threads; i++) {
		struct worker *w = &workers[i];

		prandom_seed_state(&w->rnd, 42 + i);
		w->scratch = kvmalloc(MAX_LEN, GFP_KERNEL);
		if (!w->scratch)
			break;
		w->task = kthread_create(churn_thread, w, "jit_churn/%d", i);
		if (IS_ERR(w->task))
			break;
		/* or a thread that is stopped at once would never run */
		get_task_struct(w->task);
		wake_up_process(w->task);
		running++;
	}
	jit_test_result(running == threads, "%d threads", threads);

	schedule_timeout_interruptible(seconds * HZ);

	for (i = 0; i < running; i++) {
		kthread_stop(workers[i].task);
		put_task_struct(workers[i].task);
	}
	for (i = 0; i < running; i++) {
		struct worker *w = &workers[i];

		for (j = 0; j < NR_SLOTS; j++)
			free_block(w, w->slots[j]);
		if (!i)
			for (j = 0; j < NR_SHARED; j++)
				free_block(w, xchg(&shared[j], NULL));
		all.allocs += w->allocs;
		all.frees += w->frees;
		all.cross += w->cross;
		all.runs += w->runs;
		all.writes += w->writes;
		all.failed += w->failed;
		all.wrong += w->wrong;
	}
	jit_free_barrier();
	for (i = 0; i < threads; i++)
		kvfree(workers[i].scratch);
	kvfree(workers);

	jit_test_figure("churn_allocs", all.allocs);
	jit_test_figure("churn_frees", all.frees);
	jit_test_figure("churn_cross_frees", all.cross);
	jit_test_figure("churn_runs", all.runs);
	jit_test_figure("churn_writes", all.writes);
	jit_test_result(!all.wrong, "nothing is ever wrong");
	if (starved)
		jit_test_result(all.failed, "%lu allocations fail", all.failed);
	else
		jit_test_result(!all.failed, "no allocation fails");
	jit_test_result(all.allocs == all.frees, "all is freed");
	jit_test_result(all.allocs > 1000, "more than 1000 allocations");
	jit_test_result(all.cross > 100, "more than 100 by another thread");
	jit_test_result(all.runs > 1000, "more than 1000 runs");
}

const struct jit_test_case jit_test_cases[] = {
	{ "churn", test_churn },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Keeps jitalloc busy on every CPU");
MODULE_LICENSE("GPL");
