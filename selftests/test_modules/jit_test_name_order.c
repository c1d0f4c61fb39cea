// SPDX-License-Identifier: GPL-2.0
/*
 * When a name comes and goes: against the free and the bytes of its text, and
 * with names given and freed on several CPUs at once.
 */
#include <linux/bpf.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jitalloc.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/random.h>
#include <linux/stacktrace.h>
#include <linux/uaccess.h>

#include "jit_test.h"
#include "jit_test_arch.h"

static bool symbol_begins(const void *addr, const char *name)
{
	char sym[KSYM_SYMBOL_LEN];

	sprint_symbol(sym, (unsigned long)addr);
	return !strncmp(sym, name, strlen(name));
}

/* The text that is watched: its bytes, and what was seen of it */
#define ORDER_NAME	"jit_test_order"

static u8 *text;
static u8 code[JIT_TEST_FN_LEN];
static bool is_freed;
static unsigned int nr_deleted, nr_deleted_wrong, nr_written, nr_written_wrong;

static bool is_intact(void)
{
	u8 now[JIT_TEST_FN_LEN];

	return !copy_from_kernel_nofault(now, text, sizeof(now)) &&
	       !memcmp(now, code, sizeof(now));
}

/* A name is about to be taken out of the kernel's tables. */
static int probe_deleted(struct kprobe *probe, struct pt_regs *regs)
{
#ifdef CONFIG_ARM
	struct bpf_ksym *ksym = (void *)regs->ARM_r0;
#else
	struct bpf_ksym *ksym = (void *)regs_get_kernel_argument(regs, 0);
#endif

	if (ksym->start != (unsigned long)READ_ONCE(text))
		return 0;
	nr_deleted++;
	if (!READ_ONCE(is_freed) || !is_intact())
		nr_deleted_wrong++;
	return 0;
}

/* Text is about to be written, or has just been. */
static int probe_written(struct kprobe *probe, struct pt_regs *regs)
{
	if (!READ_ONCE(is_freed))
		return 0;
	nr_written++;
	if (symbol_begins(READ_ONCE(text), ORDER_NAME))
		nr_written_wrong++;
	return 0;
}

static struct kprobe deleted = {
	.symbol_name	= "bpf_ksym_del",
	.pre_handler	= probe_deleted,
};

static struct kprobe written = {
	.symbol_name	= JIT_TEST_PIECE_FN,
	.pre_handler	= probe_written,
};

static bool order_round(struct jit_cache *cache)
{
	bool is_right;

	jit_test_emit_const(code, 42);
	WRITE_ONCE(text, cache ? jit_cache_text_alloc(cache, 64) :
				 jit_text_alloc(JIT_BPF, 64));
	is_right = text && !jit_text_name(text, ORDER_NAME) &&
		   !jit_update_copy(text, code, sizeof(code)) &&
		   symbol_begins(text, ORDER_NAME " [jitalloc]+0x0/");
	WRITE_ONCE(is_freed, true);
	if (cache)
		jit_cache_destroy(cache);
	else
		jit_free(text);
	jit_free_barrier();
	WRITE_ONCE(is_freed, false);
	is_right = is_right && !symbol_begins(text, ORDER_NAME);
	WRITE_ONCE(text, NULL);
	return is_right;
}

#define ORDER_ROUNDS	10

static void order(void)
{
	bool sees_writes = !register_kprobe(&written);
	unsigned int i, failed = 0;

	if (!jit_test_result(!register_kprobe(&deleted), "bpf_ksym_del() is probed"))
		return;
	for (i = 0; i < ORDER_ROUNDS; i++)
		failed += !order_round(NULL);
	jit_test_result(!failed, "texts have their names until they are freed");
	jit_test_result(nr_deleted == ORDER_ROUNDS, "each name goes once");
	jit_test_result(!nr_deleted_wrong,
			"after the free, and when the code is still there");
	if (sees_writes) {
		jit_test_result(nr_written >= ORDER_ROUNDS,
				"texts are written over after the free");
		jit_test_result(!nr_written_wrong, "and have no name any more then");
	} else {
		jit_test_skip("texts are written over after the free",
			      "no function is called for each write");
		jit_test_skip("and have no name any more then",
			      "no function is called for each write");
	}
	for (i = 0; i < ORDER_ROUNDS; i++)
		failed += !order_round(jit_cache_create(JIT_BPF));
	jit_test_result(!failed && nr_deleted == 2 * ORDER_ROUNDS &&
			!nr_deleted_wrong, "the same of texts of a cache");
	jit_test_figure("names_deleted_in_order", nr_deleted);
	unregister_kprobe(&deleted);
	if (sees_writes)
		unregister_kprobe(&written);
}

/*
 * Names given and freed by two tasks, which also name and free each other's: one
 * that it has taken over, or, which is a mistake, any.
 */
#define RACE_ROUNDS	2000

static bool go_on;
module_param(go_on, bool, 0600);
MODULE_PARM_DESC(go_on, "Somebody still wants to see the races");

static u8 *shared;
static bool is_careless;
static atomic_t lost, odd;
static DECLARE_COMPLETION(race_began);
static unsigned long traces[2][16];
static unsigned int nr_traced[2];

/* Called by the text of a task */
static noinline void race_trace(void)
{
	unsigned long nr = (unsigned long)kthread_data(current);

	nr_traced[nr] = stack_trace_save(traces[nr], ARRAY_SIZE(traces[nr]), 0);
}

/* Whether a stack trace through text has its name, and this function behind it */
static noinline bool is_traced(unsigned long nr, u8 *own, const char *name)
{
	u8 frame[JIT_TEST_FRAME_LEN];
	unsigned int i;

	jit_test_emit_frame(frame, own, race_trace);
	if (jit_update_copy(own, frame, sizeof(frame)))
		return false;
	((void (*)(void))own)();
	for (i = 0; i + 1 < nr_traced[nr]; i++)
		if (symbol_begins((void *)traces[nr][i], name))
			return symbol_begins((void *)traces[nr][i + 1], "is_traced");
	return false;
}

static int race(void *arg)
{
	unsigned long nr = (unsigned long)arg;
	unsigned int i;
	char name[64];
	int err;

	complete(&race_began);
	for (i = 0; i < RACE_ROUNDS || READ_ONCE(go_on); i++) {
		u8 *own = jit_text_alloc(JIT_BPF, get_random_u32_inclusive(64, 300));
		u8 *others;

		snprintf(name, sizeof(name), "jit_test_race_%lu_%u [jitalloc]", nr, i);
		if (!own || jit_text_name(own, "jit_test_race_%lu_%u", nr, i) ||
		    (!is_careless && !is_traced(nr, own, name)))
			atomic_inc(&lost);

		if (is_careless) {
			err = jit_text_name(READ_ONCE(shared),
					    "jit_test_race_stale_%u", i);
			if (err && err != -EFAULT && err != -EINVAL)
				atomic_inc(&odd);
		}
		others = xchg(&shared, own);
		if (others && !is_careless &&
		    jit_text_name(others, "jit_test_race_other_%u", i))
			atomic_inc(&odd);
		jit_free(others);
		/* Or no grace period would ever end. */
		if (i % 64 == 0)
			fsleep(USEC_PER_MSEC);
	}
	return 0;
}

static void run_races(void)
{
	struct task_struct *tasks[2];
	unsigned long i;

	for (i = 0; i < ARRAY_SIZE(tasks); i++) {
		tasks[i] = kthread_create(race, (void *)i, "jit_test_race/%lu", i);
		if (!jit_test_result(!IS_ERR(tasks[i]), "there is task %lu", i))
			return;
		get_task_struct(tasks[i]);
		if (i < num_online_cpus())
			kthread_bind(tasks[i], i);
	}
	/* A thread that is told to stop before it has begun never runs. */
	for (i = 0; i < ARRAY_SIZE(tasks); i++) {
		wake_up_process(tasks[i]);
		wait_for_completion(&race_began);
	}
	for (i = 0; i < ARRAY_SIZE(tasks); i++) {
		kthread_stop(tasks[i]);
		put_task_struct(tasks[i]);
	}
	jit_free(shared);
	shared = NULL;
	jit_free_barrier();
	jit_test_note("%d texts without a name in a trace, %d odd results",
		      atomic_read(&lost), atomic_read(&odd));
	jit_test_result(!atomic_read(&lost), "each text has had its name, in stack traces, too");
	jit_test_result(!atomic_read(&odd), "nothing failed but for freed text");
}

static void races(void)
{
	is_careless = false;
	run_races();
}

static void careless_races(void)
{
	is_careless = true;
	run_races();
}

const struct jit_test_case jit_test_cases[] = {
	{ "order", order },
	{ "races", races },
	{ "careless_races", careless_races },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Tests when names of jitalloc's text come and go");
MODULE_LICENSE("GPL");
