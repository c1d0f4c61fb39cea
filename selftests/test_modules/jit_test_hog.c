// SPDX-License-Identifier: GPL-2.0
/*
 * Allocates while a kernel thread never sleeps, so that no grace period of RCU
 * tasks ends.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/jitalloc.h>
#include <linux/kthread.h>

#include "jit_test.h"

#define NR_PAIRS	3000
#define PAIR		SZ_4K
#define MOST_S		20	/* or who waits for it would wait for ever */

#define NR_BLOCKS	1024
#define BLOCK		SZ_64K
#define WAIT_S		2

static struct hog {
	struct task_struct *task;
	struct completion begun;
	unsigned int most_s;
	bool ended;
} hog;

static int run_hog(void *unused)
{
	unsigned long end = jiffies + hog.most_s * HZ;

	complete(&hog.begun);
	while (!kthread_should_stop() && time_before(jiffies, end)) {
		cpu_relax();
		cond_resched();
	}
	WRITE_ONCE(hog.ended, !kthread_should_stop());
	while (!kthread_should_stop())
		msleep(20);
	return 0;
}

static bool hog_begin(unsigned int most_s)
{
	hog = (struct hog) { .most_s = most_s };
	init_completion(&hog.begun);
	hog.task = kthread_run(run_hog, NULL, "jit_test_hog");
	if (IS_ERR(hog.task))
		return jit_test_result(false, "a thread that never sleeps");
	wait_for_completion(&hog.begun);
	return true;
}

/* Returns whether it was still there. */
static bool hog_end(void)
{
	bool there = !READ_ONCE(hog.ended);

	kthread_stop(hog.task);
	return there;
}

/* There is memory left all the time: nothing has to wait. */
static void test_pairs(void)
{
	unsigned int failed = 0;
	int i;

	if (!hog_begin(MOST_S))
		return;
	for (i = 0; i < NR_PAIRS; i++) {
		void *text = jit_text_alloc(JIT_BPF, PAIR);

		failed += !text;
		jit_free(text);
	}
	jit_test_result(hog_end(), "the hog is still there after %d pairs",
			NR_PAIRS);
	jit_test_result(!failed, "none of them has failed: %u", failed);
}

static void *blocks[NR_BLOCKS];

/* Until there are no more. */
static void test_fill(void)
{
	int nr = 0;

	while (nr < NR_BLOCKS && (blocks[nr] = jit_text_alloc(JIT_BPF, BLOCK)))
		nr++;
	jit_test_note("%d blocks", nr);
	jit_test_result(nr && nr < NR_BLOCKS, "the limit is reached");
}

static void free_blocks(void)
{
	int nr;

	for (nr = 0; nr < NR_BLOCKS && blocks[nr]; nr++) {
		jit_free(blocks[nr]);
		blocks[nr] = NULL;
	}
}

/* All that there is waits for its grace period, as long as the hog is there. */
static void test_wait(void)
{
	struct jit_alloc_usage usage;
	void *text;

	if (!hog_begin(WAIT_S))
		return;
	free_blocks();
	jit_alloc_usage(&usage);
	text = jit_text_alloc(JIT_BPF, BLOCK);
	jit_test_result(usage.waiting, "what was freed waits");
	jit_test_result(!hog_end(), "an allocation waits with it");
	jit_test_result(text, "and succeeds");
	jit_free(text);
	jit_free_barrier();
}

const struct jit_test_case jit_test_cases[] = {
	{ "pairs", test_pairs },
	{ "fill", test_fill },
	{ "wait", test_wait },
	{ }
};

static void __exit jit_test_hog_exit(void)
{
	free_blocks();
	jit_test_unregister();
}

module_init(jit_test_register);
module_exit(jit_test_hog_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Allocates while a thread never sleeps");
MODULE_LICENSE("GPL");
