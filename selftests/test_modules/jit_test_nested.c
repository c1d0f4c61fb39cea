// SPDX-License-Identifier: GPL-2.0
/*
 * Writes text while a write of text goes on, on the same CPU: from what is called
 * in the middle of it.
 */
#include <linux/jitalloc.h>
#include <linux/kprobes.h>
#include <linux/prandom.h>
#include <linux/tracepoint.h>

#include "jit_test.h"
#include "jit_test_arch.h"

#define LONG_LEN	SZ_64K
#define SHORT_LEN	SZ_4K
#define INNER_LEN	64

static struct nested {
	struct task_struct *writer;
	u8 *inner;		/* text that is written in the middle */
	const u8 *src;
	bool inside;
	unsigned int calls;
	unsigned int refused;
	int other;		/* what was returned instead */
} nested;

static void count(int err)
{
	if (err == -EBUSY)
		nested.refused++;
	else
		nested.other = err ?: 1;
}

/*
 * The outer write keeps interrupts off, so whatever runs in this task is in the
 * middle of it.
 */
static void write_inside(void)
{
	if (current != READ_ONCE(nested.writer) || in_interrupt() || nested.inside)
		return;
	nested.inside = true;
	nested.calls++;
	count(jit_update_copy(nested.inner, nested.src, INNER_LEN));
	count(jit_update_set(nested.inner, 0x90, INNER_LEN));
	nested.inside = false;
}

/* Reports one write of @len bytes, in which write_inside() is called. */
static void write_around(const u8 *noise, size_t len, const char *what)
{
	u8 *outer = jit_text_alloc(JIT_BPF, len);
	u8 *inner = jit_text_alloc(JIT_BPF, INNER_LEN);
	unsigned long flags;
	int err, again;

	if (!jit_test_result(outer && inner, "%s: text to write", what))
		goto out;
	nested = (struct nested) { .inner = inner, .src = noise };
	local_irq_save(flags);
	WRITE_ONCE(nested.writer, current);
	err = jit_update_copy(outer, noise, len);
	WRITE_ONCE(nested.writer, NULL);
	local_irq_restore(flags);

	jit_test_note("%s: %u calls, %u of %u writes refused, else %d", what,
		      nested.calls, nested.refused, 2 * nested.calls,
		      nested.other);
	jit_test_result(nested.calls, "%s: there were calls in the middle", what);
	jit_test_result(nested.refused == 2 * nested.calls && !nested.other,
			"%s: a write in the middle is refused", what);
	jit_test_result(jit_test_is_traps(inner, INNER_LEN),
			"%s: it has written nothing", what);
	jit_test_result(!err && !memcmp(outer, noise, len),
			"%s: the write around it is right", what);
	again = jit_update_copy(inner, noise, INNER_LEN);
	jit_test_result(!again && !memcmp(inner, noise, INNER_LEN),
			"%s: it can be written after that: %d", what, again);
out:
	jit_free(outer);
	jit_free(inner);
}

static void write_all(const char *what)
{
	static u8 noise[LONG_LEN];
	struct rnd_state rnd;
	char name[32];

	prandom_seed_state(&rnd, 1);
	prandom_bytes_state(&rnd, noise, sizeof(noise));
	snprintf(name, sizeof(name), "%s, short", what);
	write_around(noise, SHORT_LEN, name);
	snprintf(name, sizeof(name), "%s, long", what);
	write_around(noise, LONG_LEN, name);
	jit_free_barrier();
}

/* --- a probe of what ends a write ----------------------------------------- */

static int probe_hit(struct kprobe *probe, struct pt_regs *regs)
{
	write_inside();
	return 0;
}

static void test_kprobe(void)
{
	static struct kprobe probe;
	int err;

	probe = (struct kprobe) {
		.symbol_name = JIT_TEST_MIDDLE_FN,
		.pre_handler = probe_hit,
	};
	err = register_kprobe(&probe);
	if (!jit_test_result(!err, "a probe in the middle of a write: %d", err))
		return;
	write_all("kprobe");
	unregister_kprobe(&probe);
}

/* --- a tracepoint while the address space is switched --------------------- */

static struct tracepoint *tlb_flush;

static void find_tlb_flush(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "tlb_flush"))
		tlb_flush = tp;
}

static void tlb_flush_hit(void *data, int reason, unsigned long pages)
{
	write_inside();
}

static void test_tracepoint(void)
{
	int err = -ENOENT;

	for_each_kernel_tracepoint(find_tlb_flush, NULL);
	if (tlb_flush)
		err = tracepoint_probe_register(tlb_flush, tlb_flush_hit, NULL);
	if (!jit_test_result(!err, "a tracepoint in the middle of a write: %d", err))
		return;
	write_all("tlb_flush");
	tracepoint_probe_unregister(tlb_flush, tlb_flush_hit, NULL);
	tracepoint_synchronize_unregister();
}

const struct jit_test_case jit_test_cases[] = {
	{ "kprobe", test_kprobe },
	{ "tracepoint", test_tracepoint },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Writes text while text is written");
MODULE_LICENSE("GPL");
