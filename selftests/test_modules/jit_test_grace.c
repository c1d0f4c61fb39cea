// SPDX-License-Identifier: GPL-2.0
/*
 * Frees text that a task is running in, or sleeping in: it must stay as it is
 * until the task has left it. And what takes it back holds up nobody else who
 * waits for all tasks.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jitalloc.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/sizes.h>
#include <linux/srcu.h>
#include <linux/rcupdate_trace.h>
#include <linux/uaccess.h>

#include "jit_test.h"
#include "jit_test_arch.h"
#include "jit_test_catch.h"
#include "jit_test_loop.h"

/* Long enough for a grace period that does not wait for the task. */
#define STAY_MS		2000

static struct jit_test_loop loop;
static jit_test_loop_fn loop_text;
static struct completion left;

static int run_loop(void *unused)
{
	loop_text(&loop);
	/* Not one instruction of this module after that: it may be unloaded. */
	kthread_complete_and_exit(&left, 0);
}

static bool is_running(void)
{
	u64 before = READ_ONCE(loop.rounds);
	int i;

	for (i = 0; i < 1000 && READ_ONCE(loop.rounds) == before; i++)
		usleep_range(1000, 2000);
	return READ_ONCE(loop.rounds) != before;
}

static bool is_unchanged(const u8 *code)
{
	u8 now[JIT_TEST_LOOP_LEN];

	return !copy_from_kernel_nofault(now, loop_text, sizeof(now)) &&
	       !memcmp(now, code, sizeof(now));
}

static void free_under_it(const u8 *code)
{
	void *other;

	jit_free(loop_text);
	/* One more, so that whoever takes memory back has a reason to try. */
	other = jit_text_alloc(JIT_KPROBES, 1);
	jit_free(other);
	msleep(STAY_MS);

	jit_test_result(is_running(), "the task goes on in freed text");
	jit_test_result(is_unchanged(code), "the text is what it was");
	jit_test_result(jit_update_set(loop_text, 0, 1) == -EFAULT,
			"it can't be written any more");
	jit_test_result(!completion_done(&left), "the task is still inside");
}

static bool entered;

/* Leaves the task inside, for the script to look at the counters. */
static void test_enter(void)
{
	struct task_struct *task;
	u8 code[JIT_TEST_LOOP_LEN];

	jit_test_emit_loop(code);
	loop = (struct jit_test_loop) { };
	init_completion(&left);
	loop_text = jit_text_alloc(JIT_KPROBES, sizeof(code));
	if (!jit_test_result(loop_text && !jit_update_copy(loop_text, code, sizeof(code)),
			     "text to stay in"))
		return;

	task = kthread_run(run_loop, NULL, "jit_test_grace");
	if (!jit_test_result(!IS_ERR(task) && is_running(), "a task is in it")) {
		WRITE_ONCE(loop.stop, 1);
		jit_free(loop_text);
		return;
	}

	entered = true;
	free_under_it(code);
}

static void test_leave(void)
{
	u8 now[JIT_TEST_LOOP_LEN];

	if (!jit_test_result(entered, "the task is let go"))
		return;
	entered = false;
	WRITE_ONCE(loop.stop, 1);
	wait_for_completion(&left);
	jit_free_barrier();
	jit_test_result(copy_from_kernel_nofault(now, loop_text, sizeof(now)) ||
			jit_test_is_traps(loop_text, sizeof(now)),
			"it is gone when the task is");
}

/* --- asleep --------------------------------------------------------------- */

/* Longer than a barrier that does not wait for the sleeper takes. */
#define SLEEP_MS	1000

static struct sleeper {
	struct task_struct *task;
	u8 *text;
	struct completion inside;
	bool trapped;	/* there was no text to come back to */
	bool left;
} sleeper;

/* Called by the text */
static void sleep_inside(void)
{
	complete(&sleeper.inside);
	msleep(SLEEP_MS);
}

/* As BPF runs its programs that may sleep: they are what this stands for. */
static int run_sleeper(void *unused)
{
	guard(rcu_tasks_trace)();
	((void (*)(void))sleeper.text)();
	WRITE_ONCE(sleeper.left, true);
	return 0;
}

/* So that the task survives it. */
static bool catch_sleeper(unsigned long addr, struct pt_regs *regs)
{
	if (current != sleeper.task ||
	    addr != (unsigned long)sleeper.text + JIT_TEST_CALL_RET)
		return false;
	sleeper.trapped = true;
	jit_test_return_call(regs);
	return true;
}

/* Frees @text by @give_back(@arg) while the task sleeps in what it has called. */
static void free_under_sleeper(u8 *text, void (*give_back)(void *arg), void *arg,
			       const char *how)
{
	void (*callee)(void) = sleep_inside;
	u8 code[JIT_TEST_CALL_LEN];
	bool left;

	/* Lest the compiler folds it into an address that is no landing pad. */
	OPTIMIZER_HIDE_VAR(callee);
	sleeper = (struct sleeper) { .text = text };
	init_completion(&sleeper.inside);
	jit_test_emit_call(code, text, callee);
	if (!jit_test_result(text && !jit_update_copy(text, code, sizeof(code)),
			     "%s: text that calls a function", how))
		return;
	sleeper.task = kthread_create(run_sleeper, NULL, "jit_test_grace");
	if (!jit_test_result(!IS_ERR(sleeper.task), "%s: a task", how))
		return;
	get_task_struct(sleeper.task);
	jit_test_result(!jit_test_catch(catch_sleeper), "%s: traps are caught",
			how);
	wake_up_process(sleeper.task);
	wait_for_completion(&sleeper.inside);

	give_back(arg);
	jit_free_barrier();
	left = READ_ONCE(sleeper.left);
	/* Waits for its end, if it has not come yet. */
	kthread_stop(sleeper.task);
	put_task_struct(sleeper.task);
	jit_test_catch_end();
	jit_test_result(left, "%s: the barrier waits for the sleeper", how);
	jit_test_result(sleeper.left && !sleeper.trapped,
			"%s: it comes back to its text", how);
}

static void destroy_cache(void *cache)
{
	jit_cache_destroy(cache);
}

static void test_sleep(void)
{
	struct jit_cache *cache = jit_cache_create(JIT_KPROBES);
	void *text = jit_text_alloc(JIT_KPROBES, JIT_TEST_CALL_LEN);

	free_under_sleeper(text, jit_free, text, "free");
	text = jit_cache_text_alloc(cache, JIT_TEST_CALL_LEN);
	free_under_sleeper(text, destroy_cache, cache, "destroy");
}

/* --- the worker -------------------------------------------------------------- */

#define NR_LONG		16
#define LONG_LEN	SZ_64K

static unsigned int nr_pieces, nr_reported;

/*
 * What RCU tasks does to a task that it waits for: the mark goes when the task
 * switches by itself, or says that it might have.
 */
static int mark_worker(struct kprobe *kp, struct pt_regs *regs)
{
	if (!(current->flags & PF_WQ_WORKER) || in_interrupt())
		return 0;
	nr_pieces++;
#ifdef CONFIG_TASKS_RCU
	nr_reported += !current->rcu_tasks_holdout;
	current->rcu_tasks_holdout = true;
#endif
	return 0;
}

/* The worker makes traps of long text, piece by piece. */
static void test_worker(void)
{
	static struct kprobe probe = {
		.symbol_name	= JIT_TEST_PIECE_FN,
		.offset		= JIT_TEST_PIECE_OFFSET,
		.pre_handler	= mark_worker,
	};
	void *text[NR_LONG], *kept = jit_text_alloc(JIT_BPF, 64);
	bool all = kept;
	int i, err;

	for (i = 0; i < NR_LONG; i++) {
		text[i] = jit_text_alloc(JIT_BPF, LONG_LEN);
		all &= text[i] && !jit_update_set(text[i], 0, LONG_LEN);
	}
	jit_test_result(all, "there is long text");

	err = register_kprobe(&probe);
	jit_test_result(!err, "pieces can be counted: %d", err);
	nr_pieces = 0;
	nr_reported = 0;
	for (i = 0; i < NR_LONG; i++)
		jit_free(text[i]);
	jit_free_barrier();
	if (!err)
		unregister_kprobe(&probe);
	jit_free(kept);

	jit_test_result(nr_pieces >= NR_LONG, "the worker writes %u pieces",
			nr_pieces);
	jit_test_result(nr_reported > nr_pieces / 2,
			"RCU tasks need not wait for it: it has said so %u times",
			nr_reported);
}

/* --- who makes a cache meanwhile ---------------------------------------------- */

/* How often the worker looks whether it may go on, and for how long it does */
#define LOOK_US		20
#define NR_LOOKS	(4 * USEC_PER_SEC / LOOK_US)
#define NR_TRIES	20

static unsigned int maker_cpu, nr_late;
static bool is_held, may_go, is_over;

/* Holds the worker in a piece, once, until the cache is there. */
static int hold_worker(struct kprobe *kp, struct pt_regs *regs)
{
	int i;

	if (!(current->flags & PF_WQ_WORKER) || in_interrupt() ||
	    raw_smp_processor_id() == maker_cpu || READ_ONCE(is_held))
		return 0;
	WRITE_ONCE(is_held, true);
	for (i = 0; i < NR_LOOKS && !READ_ONCE(may_go); i++)
		udelay(LOOK_US);
	nr_late += !READ_ONCE(may_go);
	return 0;
}

static int make_cache(void *unused)
{
	struct jit_cache *cache;

	while (!READ_ONCE(is_held) && !READ_ONCE(is_over))
		usleep_range(50, 100);
	cache = jit_cache_create(JIT_BPF);
	WRITE_ONCE(may_go, cache);
	jit_cache_destroy(cache);
	kthread_complete_and_exit(&left, 0);
}

static bool free_under_maker(void)
{
	void *text = jit_text_alloc(JIT_BPF, LONG_LEN);
	struct task_struct *maker;

	is_held = false;
	may_go = false;
	is_over = false;
	init_completion(&left);
	maker = kthread_create(make_cache, NULL, "jit_test_maker");
	if (IS_ERR(maker)) {
		jit_free(text);
		return false;
	}
	kthread_bind(maker, maker_cpu);
	wake_up_process(maker);
	jit_free(text);
	jit_free_barrier();
	WRITE_ONCE(is_over, true);
	wait_for_completion(&left);
	return is_held;
}

/* What the worker does to the text of all takes long: others do not wait for it. */
static void test_maker(void)
{
	static struct kprobe probe = {
		.symbol_name	= JIT_TEST_PIECE_FN,
		.offset		= JIT_TEST_PIECE_OFFSET,
		.pre_handler	= hold_worker,
	};
	int err = register_kprobe(&probe), i;
	bool held = false;

	jit_test_result(!err, "the worker can be held: %d", err);
	/* It may run on any CPU. */
	for (i = 0; i < NR_TRIES && !err && !held; i++) {
		maker_cpu = i % 2;
		held = free_under_maker();
	}
	if (!err)
		unregister_kprobe(&probe);
	jit_test_result(held, "it was held while it overwrote text, in try %d", i);
	jit_test_result(!nr_late, "a cache was made meanwhile");
}

const struct jit_test_case jit_test_cases[] = {
	{ "enter", test_enter },
	{ "leave", test_leave },
	{ "sleep", test_sleep },
	{ "worker", test_worker },
	{ "maker", test_maker },
	{ }
};

static void __exit jit_test_grace_exit(void)
{
	if (entered)
		test_leave();
	jit_test_unregister();
}

module_init(jit_test_register);
module_exit(jit_test_grace_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Frees text that a task is running in");
MODULE_LICENSE("GPL");
