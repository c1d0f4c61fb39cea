// SPDX-License-Identifier: GPL-2.0
/*
 * Takes memory until there is none, or until the limit is reached, and gives it
 * back.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/jitalloc.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/smp.h>

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

/* --- filled, and left so -------------------------------------------------- */

static unsigned int size = SZ_64K;
module_param(size, uint, 0600);
MODULE_PARM_DESC(size, "bytes of the blocks that \"fill\" takes");

static bool data;
module_param(data, bool, 0600);
MODULE_PARM_DESC(data, "\"fill\" takes data, not text");

#define MAX_FILLED	SZ_512K

static void **filled;
static unsigned long nr_filled;
static bool filled_data;

/* Each block begins with its number. */
static bool write_number(void *block, u32 nr)
{
	if (!filled_data)
		return !jit_update_copy(block, &nr, sizeof(nr));
	*(u32 *)block = nr;
	return true;
}

/* The script looks at what the machine has left. */
static void test_fill(void)
{
	struct jit_alloc_usage usage;
	bool written = true;
	void *block = NULL;

	filled = vcalloc(MAX_FILLED, sizeof(*filled));
	if (!jit_test_result(filled, "memory for the test"))
		return;
	filled_data = data;
	for (nr_filled = 0; nr_filled < MAX_FILLED; nr_filled++) {
		block = filled_data ? jit_data_alloc(JIT_BPF, size) :
				      jit_text_alloc(JIT_BPF, size);
		if (!block)
			break;
		written &= write_number(block, nr_filled);
		filled[nr_filled] = block;
		cond_resched();
	}
	jit_alloc_usage(&usage);
	jit_test_note("%lu blocks of %u bytes, %zu of %zu held", nr_filled,
		      size, usage.held, usage.limit);
	jit_test_result(!block && nr_filled, "it ends");
	jit_test_result(written, "every block is written");
}

static void free_filled(void)
{
	while (nr_filled--)
		jit_free(filled[nr_filled]);
	vfree(filled);
	filled = NULL;
	nr_filled = 0;
}

static void test_drain(void)
{
	unsigned long i, wrong = 0;

	if (!jit_test_result(filled, "there is something to free"))
		return;
	for (i = 0; i < nr_filled; i++)
		wrong += *(u32 *)filled[i] != i;
	jit_test_result(!wrong, "every block holds what was written");
	free_filled();
	jit_free_barrier();
}

/* Leaves the first quarter. */
static void test_drain_most(void)
{
	unsigned long left = nr_filled / 4;

	if (!jit_test_result(left, "there is something to free"))
		return;
	while (nr_filled > left)
		jit_free(filled[--nr_filled]);
	jit_free_barrier();
}

/* Has a mapping of its own, so what others have left free is no room for it. */
static bool has_room(void)
{
	void *text = jit_text_alloc(JIT_BPF, SZ_4M);

	jit_free(text);
	jit_free_barrier();
	return text;
}

static void test_granted(void)
{
	jit_test_result(has_room(), "4 MiB are granted");
}

static void test_refused(void)
{
	jit_test_result(!has_room(), "4 MiB are refused");
}

/* --- what is refused is not charged --------------------------------------- */

#define NR_CACHES	32
#define NR_SMALL	8	/* blocks of each */
#define SMALL		SZ_16K
#define NR_CHARGED	10	/* rounds */

struct refused {
	size_t len;
	unsigned long refused, granted;
};

static int ask(void *arg)
{
	struct refused *refused = arg;

	while (!kthread_should_stop()) {
		void *text = jit_text_alloc(JIT_BPF, refused->len);

		if (text)
			refused->granted++;
		else
			refused->refused++;
		jit_free(text);
		/* A request that is refused does not sleep, and a barrier waits. */
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}

/* How a CPU is stopped in the middle of whatever it does */
#define MOST_STOPPED_US	2000	/* lest who waits for it holds the other up */

static struct {
	bool inside, go_on, left;
} stop;

static void stopped(void *unused)
{
	int us;

	WRITE_ONCE(stop.inside, true);
	for (us = 0; us < MOST_STOPPED_US && !READ_ONCE(stop.go_on); us++)
		udelay(1);
	/* Pairs with the load in let_cpu_go(): @stop is not touched after it. */
	smp_store_release(&stop.left, true);
}

static void stop_cpu(int cpu)
{
	stop.inside = false;
	stop.go_on = false;
	stop.left = false;
	smp_call_function_single(cpu, stopped, NULL, 0);
	while (!READ_ONCE(stop.inside))
		cpu_relax();
}

static void let_cpu_go(void)
{
	WRITE_ONCE(stop.go_on, true);
	/* Pairs with the store in stopped(). */
	while (!smp_load_acquire(&stop.left))
		cpu_relax();
}

/*
 * 4 MiB of a limit of 8, while @cpu stands still. A new cache has nothing, and
 * grows by as much as each block needs, so every allocation is charged.
 */
static void take_small(int cpu, unsigned long *nr, unsigned long *failed)
{
	struct jit_cache *caches[NR_CACHES];
	int i, j;

	for (i = 0; i < NR_CACHES; i++) {
		caches[i] = jit_cache_create(JIT_KPROBES);
		for (j = 0; j < NR_SMALL; j++) {
			stop_cpu(cpu);
			*nr += 1;
			*failed += !jit_cache_text_alloc(caches[i], SMALL);
			let_cpu_go();
		}
	}
	for (i = 0; i < NR_CACHES; i++)
		jit_cache_destroy(caches[i]);
	jit_free_barrier();
}

static void charge_beside(struct refused *refused)
{
	unsigned long nr = 0, failed = 0;
	struct task_struct *task;
	int cpu, round;

	migrate_disable();
	cpu = cpumask_any_but(cpu_online_mask, raw_smp_processor_id());
	if (!jit_test_result(cpu < nr_cpu_ids, "%zu bytes: there is another CPU",
			     refused->len))
		goto out;
	for (round = 0; round < NR_CHARGED; round++)
		take_small(cpu, &nr, &failed);
	jit_test_result(!failed, "%zu bytes: nobody asks for them, none is refused: %lu",
			refused->len, failed);

	task = kthread_create(ask, refused, "jit_test_limits");
	if (!jit_test_result(!IS_ERR(task), "%zu bytes: a task asks for them",
			     refused->len))
		goto out;
	kthread_bind(task, cpu);
	wake_up_process(task);
	while (!READ_ONCE(refused->refused))
		usleep_range(1000, 2000);
	for (round = 0; round < NR_CHARGED; round++)
		take_small(cpu, &nr, &failed);
	kthread_stop(task);
	jit_test_note("%zu bytes: refused %lu times, beside %lu allocations",
		      refused->len, refused->refused, nr / 2);
	jit_test_result(!refused->granted, "%zu bytes: they are always refused",
			refused->len);
	jit_test_result(!failed, "%zu bytes: nobody else is refused memory for it: %lu",
			refused->len, failed);
out:
	migrate_enable();
}

static void test_charge(void)
{
	struct refused more = { .len = SZ_16M };
	struct refused rest = { .len = SZ_4M + SZ_2M + SZ_1M };
	void *own;

	charge_beside(&more);
	/* Less than the limit, more than is left of it */
	own = jit_data_alloc(JIT_BPF, SZ_2M + 1);
	jit_test_result(own, "2 MiB are held");
	charge_beside(&rest);
	jit_free(own);
	jit_free_barrier();
}

const struct jit_test_case jit_test_cases[] = {
	{ "exhaust", test_exhaust },
	{ "limit", test_limit },
	{ "fill", test_fill },
	{ "drain", test_drain },
	{ "drain_most", test_drain_most },
	{ "granted", test_granted },
	{ "refused", test_refused },
	{ "charge", test_charge },
	{ }
};

static void __exit jit_test_limits_exit(void)
{
	if (filled)
		free_filled();
	jit_test_unregister();
}

module_init(jit_test_register);
module_exit(jit_test_limits_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Takes memory until there is none");
MODULE_LICENSE("GPL");
