// SPDX-License-Identifier: GPL-2.0
/*
 * Every function in every context: those that sleep refuse to where they may
 * not, and freeing is allowed anywhere.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "jit_test_mistake.h"

struct call {
	bool (*fn)(struct call *call);
	void *buf;
	bool right;
	struct irq_work work;
	struct tasklet_struct tasklet;
};

static bool call_text_alloc(struct call *call)
{
	return !jit_text_alloc(JIT_BPF, 64);
}

static bool call_data_alloc(struct call *call)
{
	return !jit_data_alloc(JIT_BPF, 64);
}

static bool call_copy(struct call *call)
{
	u8 src[16] = { };

	return jit_update_copy(text, src, sizeof(src)) == -EWOULDBLOCK;
}

static bool call_set(struct call *call)
{
	return jit_update_set(text, 0, 16) == -EWOULDBLOCK;
}

static bool call_barrier(struct call *call)
{
	jit_free_barrier();
	return true;
}

static bool call_free(struct call *call)
{
	jit_free(call->buf);
	return true;
}

static int foreign;

static bool call_free_foreign(struct call *call)
{
	jit_free(&foreign);
	return true;
}

static void do_call(struct call *call)
{
	call->right = call->fn(call);
}

static void do_irq_work(struct irq_work *work)
{
	do_call(container_of(work, struct call, work));
}

static void in_hardirq_work(struct call *call)
{
	call->work = IRQ_WORK_INIT_HARD(do_irq_work);
	irq_work_queue(&call->work);
	irq_work_sync(&call->work);
}

static void do_ipi(void *call)
{
	do_call(call);
}

static void in_ipi(struct call *call)
{
	smp_call_function_single(raw_smp_processor_id() ? 0 : 1, do_ipi, call,
				 1);
}

static void do_tasklet(struct tasklet_struct *tasklet)
{
	do_call(container_of(tasklet, struct call, tasklet));
}

static void in_softirq_tasklet(struct call *call)
{
	tasklet_setup(&call->tasklet, do_tasklet);
	tasklet_schedule(&call->tasklet);
	/* lets it run first */
	msleep(20);
	tasklet_kill(&call->tasklet);
}

static void in_irqs_off(struct call *call)
{
	unsigned long flags;

	local_irq_save(flags);
	do_call(call);
	local_irq_restore(flags);
}

static void in_preempt_off(struct call *call)
{
	preempt_disable();
	do_call(call);
	preempt_enable();
}

static void in_bh_off(struct call *call)
{
	local_bh_disable();
	do_call(call);
	local_bh_enable();
}

static void in_spinlock(struct call *call)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	do_call(call);
	spin_unlock(&lock);
}

static const struct {
	const char *name;
	void (*run)(struct call *call);
} contexts[] = {
	{ "hard interrupt work",	in_hardirq_work },
	{ "another CPU's interrupt",	in_ipi },
	{ "a tasklet",			in_softirq_tasklet },
	{ "interrupts off",		in_irqs_off },
	{ "preemption off",		in_preempt_off },
	{ "bottom halves off",		in_bh_off },
	{ "a spinlock",			in_spinlock },
};

static bool run(int context, bool (*fn)(struct call *call), void *buf)
{
	struct call call = { .fn = fn, .buf = buf };

	contexts[context].run(&call);
	return call.right && subjects_kept();
}

/* Those that sleep refuse to. */
static void bad_contexts(void)
{
	static const struct {
		const char *name;
		bool (*fn)(struct call *call);
	} calls[] = {
		{ "text alloc",	call_text_alloc },
		{ "data alloc",	call_data_alloc },
		{ "copy",	call_copy },
		{ "set",	call_set },
		{ "barrier",	call_barrier },
	};
	int i, j;

	if (!mistake_subjects_or_fail())
		return;
	for (i = 0; i < ARRAY_SIZE(contexts); i++)
		for (j = 0; j < ARRAY_SIZE(calls); j++)
			CASE(WARNS, run(i, calls[j].fn, NULL),
			     "context: %s in %s", calls[j].name,
			     contexts[i].name);
	subjects_free();
}

/* Freeing is allowed anywhere; freeing what is not ours is refused anywhere. */
static void free_contexts(void)
{
	int i;

	if (!mistake_subjects_or_fail())
		return;
	for (i = 0; i < ARRAY_SIZE(contexts); i++) {
		void *fn = jit_text_alloc(JIT_BPF, PAGE_SIZE);
		void *var = jit_data_alloc(JIT_BPF, PAGE_SIZE);

		CASE(SILENT, fn && run(i, call_free, fn),
		     "context: free text in %s", contexts[i].name);
		CASE(SILENT, var && run(i, call_free, var),
		     "context: free data in %s", contexts[i].name);
		CASE(WARNS, fn && run(i, call_free, fn),
		     "context: free text twice in %s", contexts[i].name);
		CASE(WARNS, run(i, call_free_foreign, NULL),
		     "context: free foreign memory in %s", contexts[i].name);
		CASE(SILENT, run(i, call_free, NULL),
		     "context: free NULL in %s", contexts[i].name);
	}
	subjects_free();
}

const struct jit_test_case jit_test_cases[] = {
	{ "sleep", bad_contexts },
	{ "free", free_contexts },
	{ }
};

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Calls jitalloc from contexts of every kind");
MODULE_LICENSE("GPL");
