// SPDX-License-Identifier: GPL-2.0
/*
 * Every function in every context: those that sleep refuse to where they may
 * not, text is written anywhere but in an NMI, and freeing is allowed anywhere.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "jit_test_mistake.h"
#include "jit_test_nmi.h"

#define WRITE_LEN	100

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

static bool call_text_dup(struct call *call)
{
	u8 src[64] = { };

	return !jit_text_dup(JIT_BPF, src, sizeof(src));
}

static bool call_data_alloc(struct call *call)
{
	return !jit_data_alloc(JIT_BPF, 64);
}

static struct jit_cache *cache;

static bool call_cache_create(struct call *call)
{
	return !jit_cache_create(JIT_BPF);
}

static bool call_cache_text(struct call *call)
{
	return !jit_cache_text_alloc(cache, 64);
}

static bool call_cache_data(struct call *call)
{
	return !jit_cache_data_alloc(cache, 64);
}

static bool call_cache_destroy(struct call *call)
{
	jit_cache_destroy(cache);
	return true;
}

/* The buffer is fresh text. */
static bool call_copy(struct call *call)
{
	u8 src[WRITE_LEN];

	memset(src, 0xf4, sizeof(src));
	return !jit_update_copy(call->buf, src, sizeof(src));
}

static bool call_batch(struct call *call)
{
	u8 src[WRITE_LEN];
	struct jit_update updates[] = {
		{ call->buf, src, 1 },
		{ call->buf + 1, src, WRITE_LEN - 1 },
	};

	memset(src, 0xf4, sizeof(src));
	return !jit_update_batch(updates, ARRAY_SIZE(updates));
}

static bool call_set(struct call *call)
{
	return !jit_update_set(call->buf, 0xf4, WRITE_LEN);
}

static bool call_copy_refused(struct call *call)
{
	u8 src[16] = { };

	return jit_update_copy(text, src, sizeof(src)) == -EWOULDBLOCK;
}

static bool call_batch_refused(struct call *call)
{
	u8 src[16] = { };
	struct jit_update update = { text, src, sizeof(src) };

	return jit_update_batch(&update, 1) == -EWOULDBLOCK;
}

static bool call_set_refused(struct call *call)
{
	return jit_update_set(text, 0, 16) == -EWOULDBLOCK;
}

static bool call_name(struct call *call)
{
	return jit_text_name(text, "jit_test_context") == -EWOULDBLOCK;
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

static void in_raw_spinlock(struct call *call)
{
	static DEFINE_RAW_SPINLOCK(lock);

	guard(raw_spinlock_irqsave)(&lock);
	do_call(call);
}

static void do_nmi_call(void *call)
{
	do_call(call);
}

static void in_nmi_handler(struct call *call)
{
	if (!jit_test_in_nmi(do_nmi_call, call))
		jit_test_note("no NMI has come");
}

/* Whether text may be written there */
static const struct {
	const char *name;
	void (*run)(struct call *call);
	bool writes;
} contexts[] = {
	{ "hard interrupt work", in_hardirq_work, JIT_TEST_WRITES_ATOMIC },
	{ "another CPU's interrupt", in_ipi, JIT_TEST_WRITES_ATOMIC },
	{ "a tasklet", in_softirq_tasklet, JIT_TEST_WRITES_ATOMIC },
	{ "interrupts off", in_irqs_off, JIT_TEST_WRITES_ATOMIC },
	{ "preemption off", in_preempt_off, true },
	{ "bottom halves off", in_bh_off, true },
	{ "a spinlock", in_spinlock, true },
	{ "a raw spinlock, interrupts off", in_raw_spinlock,
	  JIT_TEST_WRITES_ATOMIC },
	{ "an NMI", in_nmi_handler, false },
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
		{ "text dup",	call_text_dup },
		{ "data alloc",	call_data_alloc },
		{ "text name",	call_name },
		{ "barrier",	call_barrier },
		{ "cache create", call_cache_create },
		{ "cache text alloc", call_cache_text },
		{ "cache data alloc", call_cache_data },
		{ "cache destroy", call_cache_destroy },
	};
	int i, j;

	if (!mistake_subjects_or_fail())
		return;
	cache = jit_cache_create(JIT_BPF);
	for (i = 0; i < ARRAY_SIZE(contexts); i++)
		for (j = 0; j < ARRAY_SIZE(calls); j++)
			CASE(WARNS, run(i, calls[j].fn, NULL),
			     "context: %s in %s", calls[j].name,
			     contexts[i].name);
	CASE(SILENT, jit_cache_text_alloc(cache, 64),
	     "context: the cache has not been destroyed");
	jit_cache_destroy(cache);
	subjects_free();
}

/* In an RCU read-side critical section, which may be preempted but not sleep */
static bool read(bool (*fn)(struct call *call), void *buf)
{
	struct call call = { .fn = fn, .buf = buf };

	rcu_read_lock();
	do_call(&call);
	rcu_read_unlock();
	return call.right && subjects_kept();
}

static void reader_context(void)
{
	u8 *fn;
	bool refused = true;

	if (!mistake_subjects_or_fail())
		return;
	cache = jit_cache_create(JIT_BPF);
	CASE(WARNS, refused &= read(call_text_alloc, NULL),
	     "reader: text alloc");
	CASE(WARNS, refused &= read(call_text_dup, NULL),
	     "reader: text dup");
	CASE(WARNS, refused &= read(call_data_alloc, NULL),
	     "reader: data alloc");
	CASE(WARNS, refused &= read(call_cache_create, NULL),
	     "reader: cache create");
	CASE(WARNS, refused &= read(call_cache_text, NULL),
	     "reader: cache text alloc");
	CASE(WARNS, refused &= read(call_cache_data, NULL),
	     "reader: cache data alloc");
	/* A barrier that is not refused would wait for itself. */
	CASE(WARNS, refused && read(call_cache_destroy, NULL),
	     "reader: cache destroy");
	CASE(WARNS, refused && read(call_barrier, NULL), "reader: barrier");
	fn = jit_cache_text_alloc(cache, 2 * WRITE_LEN);
	CASE(SILENT, fn, "reader: the cache has not been destroyed");
	CASE(SILENT, fn && read(call_copy, fn), "reader: copy");
	CASE(SILENT, fn && read(call_set, fn), "reader: set");
	CASE(SILENT, fn && read(call_free, fn), "reader: free");
	jit_cache_destroy(cache);
	subjects_free();
}

static bool write_right(int context, bool (*fn)(struct call *call))
{
	u8 *fresh = jit_text_alloc(JIT_BPF, 2 * WRITE_LEN);
	bool right = fresh && run(context, fn, fresh) &&
		     !memchr_inv(fresh, 0xf4, WRITE_LEN) &&
		     jit_test_is_traps(fresh + WRITE_LEN, WRITE_LEN);

	jit_free(fresh);
	return right;
}

/* Text is written where the architecture lets it be, and nowhere else. */
static void write_contexts(void)
{
	int i;

	if (!mistake_subjects_or_fail())
		return;
	for (i = 0; i < ARRAY_SIZE(contexts); i++) {
		if (!contexts[i].writes) {
			CASE(WARNS, run(i, call_copy_refused, NULL),
			     "context: copy in %s", contexts[i].name);
			CASE(WARNS, run(i, call_set_refused, NULL),
			     "context: set in %s", contexts[i].name);
			CASE(WARNS, run(i, call_batch_refused, NULL),
			     "context: batch in %s", contexts[i].name);
			continue;
		}
		CASE(SILENT, write_right(i, call_copy), "context: copy in %s",
		     contexts[i].name);
		CASE(SILENT, write_right(i, call_set), "context: set in %s",
		     contexts[i].name);
		CASE(SILENT, write_right(i, call_batch), "context: batch in %s",
		     contexts[i].name);
	}
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
	{ "reader", reader_context },
	{ "write", write_contexts },
	{ "free", free_contexts },
	{ }
};

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Calls jitalloc from contexts of every kind");
MODULE_LICENSE("GPL");
