// SPDX-License-Identifier: GPL-2.0
/*
 * Text that is written in place: what the page tables say of it before, meanwhile and
 * after, that it runs, and every mistake.
 */
#include <linux/completion.h>
#include <linux/jitalloc.h>
#include <linux/kthread.h>

#include "jit_test.h"
#include "jit_test_arch.h"

#define NR_LIVE		64
#define NR_ROUNDS	200

static const enum jit_type types[] = {
	JIT_MODULES_TEXT, JIT_KPROBES, JIT_FTRACE, JIT_BPF,
};

static const size_t sizes[] = {
	1, JIT_TEST_FN_LEN, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1,
	5 * PAGE_SIZE, SZ_2M, SZ_2M + 1,
};

/* Writable, not executable, and so is its linear alias */
static bool is_rw(const void *addr)
{
	return jit_test_is_data(addr) && !jit_test_alias(addr).executable;
}

static bool is_both(const void *addr)
{
	struct jit_test_page page = jit_test_page(addr);

	return page.mapped && page.writable && page.executable;
}

static bool runs(void *text, u32 value)
{
	return ((jit_test_fn)text)() == value;
}

/* All types and sizes: as they have to be, written where they are, and run. */
static void test_all(void)
{
	bool pages = true, fresh = true, rw = true, made = true, rox = true;
	bool run = true, rest = true, changed = true, got = true;
	u8 code[JIT_TEST_FN_LEN];
	int i, j;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		for (j = 0; j < ARRAY_SIZE(sizes); j++) {
			size_t size = sizes[j], all = PAGE_ALIGN(size);
			u8 *buf = jit_text_alloc_rw(types[i], size), *last;
			u32 value = 1000 * i + j;

			if (!buf) {
				got = false;
				continue;
			}
			pages &= PAGE_ALIGNED(buf);
			fresh &= jit_test_is_traps(buf, all);
			rw &= jit_test_all_pages(buf, size, is_rw);
			if (size < JIT_TEST_FN_LEN) {
				made &= !jit_text_restore_rox(buf);
				rox &= jit_test_is_text(buf);
				jit_free(buf);
				continue;
			}
			last = PTR_ALIGN_DOWN(buf + size - JIT_TEST_FN_LEN,
					      JIT_ALIGN);
			jit_test_emit_const(last, value);
			made &= !jit_text_restore_rox(buf);
			rox &= jit_test_all_pages(buf, size, jit_test_is_text);
			run &= runs(last, value);
			rest &= jit_test_is_traps(buf, last - buf) &&
				jit_test_is_traps(last + JIT_TEST_FN_LEN,
						  buf + all - last -
						  JIT_TEST_FN_LEN);
			jit_test_emit_const(code, ~value);
			changed &= !jit_update_copy(last, code, sizeof(code)) &&
				   runs(last, ~value);
			jit_free(buf);
		}
	}
	jit_test_result(got, "memory of all types and sizes");
	jit_test_result(pages, "it begins at a page");
	jit_test_result(fresh, "it is full of traps, to the end of its pages");
	jit_test_result(rw, "it is writable, not executable, by no address");
	jit_test_result(made, "it becomes text");
	jit_test_result(rox, "it is executable, and not writable, by no address");
	jit_test_result(run, "what was written in place runs");
	jit_test_result(rest, "the rest is full of traps");
	jit_test_result(changed, "it is changed as other text is");
}

static void *live[NR_LIVE];

static void free_live(void)
{
	int i;

	for (i = 0; i < NR_LIVE; i++) {
		jit_free(live[i]);
		live[i] = NULL;
	}
	jit_free_barrier();
}

/* Half of them stay as they are, for the script to look at all page tables. */
static void test_make(void)
{
	bool got = true, apart = true, made = true;
	int i;

	for (i = 0; i < NR_LIVE; i++) {
		live[i] = jit_text_alloc_rw(types[i % ARRAY_SIZE(types)],
					    1 + i * 100);
		got &= !!live[i];
		if (live[i])
			memset(live[i], i, 1 + i * 100);
	}
	for (i = 0; i < NR_LIVE; i++)
		apart &= live[i] && *(u8 *)live[i] == i &&
			 ((u8 *)live[i])[i * 100] == i;
	for (i = 0; i < NR_LIVE; i += 2)
		made &= live[i] && !jit_text_restore_rox(live[i]);
	jit_test_result(got, "%d allocations", NR_LIVE);
	jit_test_result(apart, "no two of them share a byte");
	jit_test_result(made, "half of them become text");
}

/* Freed in either state; the linear map is as it was. */
static void test_release(void)
{
	struct page *were[NR_LIVE];
	bool back = true;
	int i;

	for (i = 0; i < NR_LIVE; i++)
		were[i] = live[i] ? vmalloc_to_page(live[i]) : NULL;
	free_live();
	for (i = 0; i < NR_LIVE; i++) {
		struct jit_test_page page;

		if (!were[i] || PageHighMem(were[i]))
			continue;
		page = jit_test_page(page_address(were[i]));
		back &= page.mapped && page.writable && !page.executable;
	}
	jit_test_result(back, "freed: the linear map is as it was");
}

static void test_mistakes(void)
{
	u8 *rw = jit_text_alloc_rw(JIT_BPF, 2 * PAGE_SIZE);
	u8 *text = jit_text_alloc(JIT_BPF, 64);
	u8 *large = jit_text_alloc(JIT_BPF, SZ_2M + 1);
	u8 *data = jit_data_alloc(JIT_BPF, 64);
	u8 byte = 1;

	jit_test_result(rw && text && large && data, "memory of each kind");
	if (!rw)
		goto out;
	jit_test_result(jit_text_restore_rox(NULL) == -EINVAL, "NULL: -EINVAL");
	jit_test_result(jit_text_restore_rox(&byte) == -EFAULT,
			"a pointer into the stack: -EFAULT");
	jit_test_result(jit_text_restore_rox((void *)schedule) == -EFAULT,
			"a pointer into the kernel: -EFAULT");
	jit_test_result(jit_text_restore_rox(rw + JIT_ALIGN) == -EFAULT &&
			jit_text_restore_rox(rw + PAGE_SIZE) == -EFAULT &&
			jit_text_restore_rox(rw + 1) == -EFAULT,
			"a pointer into the middle: -EFAULT");
	jit_test_result(jit_text_restore_rox(text) == -EACCES &&
			jit_text_restore_rox(large) == -EACCES,
			"other text: -EACCES");
	jit_test_result(jit_text_restore_rox(data) == -EACCES, "data: -EACCES");
	jit_test_result(jit_update_copy(rw, &byte, 1) == -EACCES &&
			jit_update_set(rw + 100, 1, 1) == -EACCES &&
			jit_test_is_traps(rw, 2 * PAGE_SIZE),
			"it is not written as text is before it is text: -EACCES");
	jit_test_result(jit_text_name(rw, "in_place") == -EACCES,
			"it has no name before it is text: -EACCES");
	jit_test_result(jit_test_all_pages(rw, 2 * PAGE_SIZE, is_rw),
			"after all of that it is writable, not executable");
	jit_test_result(!jit_text_restore_rox(rw), "it becomes text");
	jit_test_result(jit_text_restore_rox(rw) == -EACCES,
			"a second time: -EACCES");
	jit_test_result(jit_test_all_pages(rw, 2 * PAGE_SIZE, jit_test_is_text),
			"it is text after that");
	jit_test_result(!jit_text_name(rw, "in_place"), "now it has a name");
	jit_free(rw);
	jit_test_result(jit_text_restore_rox(rw) == -EFAULT, "freed: -EFAULT");
	rw = jit_text_alloc_rw(JIT_BPF, 64);
	jit_free(rw);
	jit_test_result(rw && jit_text_restore_rox(rw) == -EFAULT &&
			!jit_test_page(rw).executable,
			"freed as it was: -EFAULT");
	jit_test_result(!jit_text_alloc_rw(JIT_BPF, 0) &&
			!jit_text_alloc_rw(JIT_BPF, SIZE_MAX) &&
			!jit_text_alloc_rw(JIT_BPF, SIZE_MAX - PAGE_SIZE) &&
			!jit_text_alloc_rw(JIT_BPF, LONG_MAX),
			"no memory of no size, nor of one that does not fit");
out:
	jit_free(text);
	jit_free(large);
	jit_free(data);
	jit_free_barrier();
}

/* --- two at a time ---------------------------------------------------------- */

struct other {
	void *buf;
	int err;
	struct completion go, done;
};

static int restorer(void *arg)
{
	struct other *other = arg;

	wait_for_completion(&other->go);
	other->err = jit_text_restore_rox(other->buf);
	/* Not one instruction of this module after that: it may be unloaded. */
	kthread_complete_and_exit(&other->done, 0);
}

static bool may_be(int err)
{
	return !err || err == -EBUSY || err == -EACCES || err == -EFAULT;
}

/* Who loses is told; what is freed meanwhile is freed. */
static void race(bool frees)
{
	unsigned int i, once = 0, right = 0;

	for (i = 0; i < NR_ROUNDS; i++) {
		struct other other = { .err = -EINVAL };
		struct task_struct *task;
		int err = -EACCES;

		init_completion(&other.go);
		init_completion(&other.done);
		other.buf = jit_text_alloc_rw(JIT_BPF, 3 * PAGE_SIZE);
		if (!other.buf)
			break;
		task = kthread_run(restorer, &other, "jit_test_other");
		if (IS_ERR(task)) {
			jit_free(other.buf);
			break;
		}
		complete(&other.go);
		if (i % 3)
			cond_resched();
		if (frees)
			jit_free(other.buf);
		else
			err = jit_text_restore_rox(other.buf);
		wait_for_completion(&other.done);
		once += !err + !other.err;
		right += may_be(err) && may_be(other.err);
		if (!frees)
			jit_free(other.buf);
	}
	jit_test_figure(frees ? "made_before_freed" : "made", once);
	jit_test_result(right == NR_ROUNDS, "all errors are documented ones");
	if (!frees)
		jit_test_result(once == NR_ROUNDS, "one of two makes it text");
	jit_free_barrier();
}

static void test_race(void)
{
	race(false);
}

static void test_race_free(void)
{
	race(true);
}

/* Somebody looks at the page tables all the while. */
static void *looked_at;

static int looker(void *unused)
{
	unsigned long looks = 0;
	int bad = 0;

	while (!kthread_should_stop()) {
		void *buf = READ_ONCE(looked_at);

		if (buf && (is_both(buf) || is_both(buf + PAGE_SIZE)))
			bad++;
		if (!(++looks % 64))
			cond_resched();
	}
	jit_test_figure("looks", looks);
	return bad;
}

static void test_watched(void)
{
	struct task_struct *task = kthread_run(looker, NULL, "jit_test_looker");
	bool made = true;
	int i;

	if (!jit_test_result(!IS_ERR(task), "a thread that looks"))
		return;
	for (i = 0; i < NR_LIVE; i++) {
		live[i] = jit_text_alloc_rw(JIT_FTRACE, 2 * PAGE_SIZE);
		WRITE_ONCE(looked_at, live[i]);
		made &= live[i] && !jit_text_restore_rox(live[i]);
		cond_resched();
	}
	/* They are not freed before nobody looks. */
	jit_test_result(!kthread_stop(task), "no look finds both");
	jit_test_result(made, "all become text");
	WRITE_ONCE(looked_at, NULL);
	free_live();
}

/* --- with limits, which the script sets -------------------------------------- */

static void test_owner_limit(void)
{
	u8 *buf = jit_text_alloc_rw(JIT_BPF, 60000);

	jit_test_result(buf, "what the module may have");
	jit_test_result(!jit_text_alloc_rw(JIT_BPF, 8000), "no more than that");
	jit_test_result(buf && !jit_text_restore_rox(buf),
			"that it becomes text takes nothing");
	jit_free(buf);
	buf = jit_text_alloc_rw(JIT_BPF, 64000);
	jit_test_result(buf, "what was freed may be had again");
	jit_free(buf);
	jit_free_barrier();
}

static void test_limit(void)
{
	u8 *buf = jit_text_alloc_rw(JIT_BPF, SZ_2M - PAGE_SIZE);

	jit_test_result(buf, "what the limit allows");
	jit_test_result(!jit_text_alloc_rw(JIT_BPF, SZ_2M), "no more than that");
	jit_free(buf);
	/* What waits for its grace period is waited for. */
	buf = jit_text_alloc_rw(JIT_BPF, SZ_2M - PAGE_SIZE);
	jit_test_result(buf, "what was freed may be had again");
	jit_free(buf);
	jit_free_barrier();
}

const struct jit_test_case jit_test_cases[] = {
	{ "all", test_all },
	{ "make", test_make },
	{ "release", test_release },
	{ "mistakes", test_mistakes },
	{ "race", test_race },
	{ "race_free", test_race_free },
	{ "watched", test_watched },
	{ "owner_limit", test_owner_limit },
	{ "limit", test_limit },
	{ }
};

module_init(jit_test_register);

static void __exit jit_test_in_place_exit(void)
{
	free_live();
	jit_test_unregister();
}
module_exit(jit_test_in_place_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Writes text in place");
MODULE_LICENSE("GPL");
