// SPDX-License-Identifier: GPL-2.0
/*
 * Leaves what it has allocated behind, and perhaps a task that sleeps in a
 * function of it which its text has called.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jitalloc.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/rcupdate_trace.h>
#include <linux/sizes.h>

#include "jit_test_arch.h"

#define NR_TEXTS	100
#define SLEEP_MS	50

static bool fails;
module_param(fails, bool, 0444);
MODULE_PARM_DESC(fails, "the initialisation fails in the end");

static bool sleeps;
module_param(sleeps, bool, 0444);
MODULE_PARM_DESC(sleeps, "a task sleeps in what the text has called");

static void (*text)(void);
static DECLARE_COMPLETION(inside);

/* Called by the text */
static noinline void sleep_inside(void)
{
	complete(&inside);
	while (READ_ONCE(THIS_MODULE->state) != MODULE_STATE_GOING)
		msleep(20);
	/* All of the module has gone by then, if nobody waits for this task. */
	msleep(SLEEP_MS);
	pr_info("is still there\n");
}

static int run_text(void *unused)
{
	guard(rcu_tasks_trace)();
	text();
	return 0;
}

static noinline int leave_texts(void)
{
	int i;

	for (i = 0; i < NR_TEXTS; i++)
		if (!jit_text_alloc(JIT_KPROBES, 64))
			return -ENOMEM;
	return 0;
}

static noinline int leave_others(void)
{
	struct jit_cache *cache = jit_cache_create(JIT_BPF);

	if (!cache || !jit_cache_text_alloc(cache, 100) ||
	    !jit_data_alloc(JIT_MODULES_DATA, 1000) ||
	    !jit_data_alloc(JIT_MODULES_DATA, SZ_4M))
		return -ENOMEM;
	return 0;
}

static int leave_sleeper(void)
{
	void (*callee)(void) = sleep_inside;
	u8 code[JIT_TEST_CALL_LEN];
	struct task_struct *task;

	/* Lest the compiler folds it into an address that is no landing pad. */
	OPTIMIZER_HIDE_VAR(callee);
	text = jit_text_alloc(JIT_KPROBES, sizeof(code));
	if (!text)
		return -ENOMEM;
	jit_test_emit_call(code, text, callee);
	if (jit_update_copy(text, code, sizeof(code)))
		return -EINVAL;
	task = kthread_run(run_text, NULL, "jit_test_leaves");
	if (IS_ERR(task))
		return PTR_ERR(task);
	wait_for_completion(&inside);
	return 0;
}

static int __init jit_test_leaves_init(void)
{
	int err = leave_texts();

	if (!err)
		err = leave_others();
	/* This caller's address goes with the initialisation. */
	if (!err && !jit_text_alloc(JIT_BPF, 77))
		err = -ENOMEM;
	if (!err && sleeps)
		err = leave_sleeper();
	return err ?: fails ? -ENODEV : 0;
}

static void __exit jit_test_leaves_exit(void)
{
}

module_init(jit_test_leaves_init);
module_exit(jit_test_leaves_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Leaves what it has allocated behind");
MODULE_LICENSE("GPL");
