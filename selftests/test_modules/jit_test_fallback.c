// SPDX-License-Identifier: GPL-2.0
/*
 * What only variants of the allocator do: a range that gets full and has a
 * fallback, permissions that can't be changed.
 */
#include <linux/jitalloc.h>

#include "jit_test.h"
#include "jit_test_arch.h"

#define NR_BUFS		200
#define NR_ATTEMPTS	24

static void *bufs[NR_BUFS];	/* enough for both cases */

static bool between(const void *buf, size_t size, unsigned long start,
		    unsigned long end)
{
	unsigned long addr = (unsigned long)buf;

	return addr >= start && addr < end && size <= end - addr;
}

static bool runs(void *text)
{
	u8 code[JIT_TEST_FN_LEN];

	jit_test_emit_const(code, 7);
	return !jit_update_copy(text, code, sizeof(code)) &&
	       ((jit_test_fn)text)() == 7;
}

static void test_fallback(void)
{
	const struct jit_range *range =
		&jit_alloc_arch_params()->ranges[JIT_MODULES_TEXT];
	const size_t all = range->end - range->start;
	const size_t page = PAGE_SIZE;
	int i, first = 0, second = 0, last_first = -1;
	bool ordered = true, works = true;
	void *large, *again;

	if (!jit_test_result(range->fallback_start, "there is a fallback"))
		return;

	for (i = 0; i < NR_BUFS; i++) {
		bufs[i] = jit_text_alloc(JIT_MODULES_TEXT, page);
		if (!bufs[i])
			break;
		if (between(bufs[i], page, range->start, range->end)) {
			first++;
			last_first = i;
			ordered &= !second;
		} else if (between(bufs[i], page, range->fallback_start,
				   range->fallback_end)) {
			second++;
		}
		works &= runs(bufs[i]);
	}
	jit_test_figure("in_the_range", first);
	jit_test_figure("in_the_fallback", second);
	jit_test_result(first + second == NR_BUFS,
			"every allocation is in one or the other");
	/* half of the range at least: each mapping has a guard page */
	jit_test_result(first >= all / page / 2 - 1 && first < NR_BUFS,
			"the range gets full");
	jit_test_result(ordered, "the fallback is used only then");
	jit_test_result(works, "text in both works");

	if (last_first < 0)
		goto out;
	jit_free(bufs[last_first]);
	jit_free_barrier();
	again = jit_text_alloc(JIT_MODULES_TEXT, page);
	bufs[last_first] = again;
	jit_test_result(between(again, page, range->start, range->end),
			"the range is used again when it has room");

	large = jit_text_alloc(JIT_MODULES_TEXT, all + page);
	jit_test_result(between(large, all + page, range->fallback_start,
				range->fallback_end),
			"what does not fit the range goes to the fallback");
	jit_free(large);
	large = jit_data_alloc(JIT_MODULES_TEXT, all + page);
	jit_test_result(between(large, all + page, range->fallback_start,
				range->fallback_end),
			"data, too");
	jit_free(large);
out:
	for (i = 0; i < NR_BUFS; i++) {
		jit_free(bufs[i]);
		bufs[i] = NULL;
	}
	jit_free_barrier();
}

/*
 * Two thirds of the changes of permissions fail. A text with a mapping of its
 * own is tried twice, so it fails every other time; where packs are added, the
 * kernel's cache helps out.
 */
static void test_failures(void)
{
	bool works = true, shared = true;
	int i, failed = 0;

	/* Nothing is freed meanwhile: that would be a reason to try again. */
	for (i = 0; i < NR_ATTEMPTS; i++) {
		bufs[i] = jit_text_alloc(JIT_BPF, SZ_2M + 1);
		if (bufs[i])
			works &= runs(bufs[i]) && jit_test_is_text(bufs[i]);
		else
			failed++;
	}
	for (i = 0; i < NR_ATTEMPTS; i++)
		jit_free(bufs[i]);
	jit_free_barrier();
	jit_test_figure("texts_refused", failed);
	jit_test_result(failed == NR_ATTEMPTS / 2,
			"a text that can't be protected is not handed out");
	jit_test_result(works, "the others work");

	for (i = 0; i < NR_BUFS; i++) {
		bufs[i] = jit_text_alloc(JIT_BPF, 5 * PAGE_SIZE);
		shared &= bufs[i] && runs(bufs[i]) && jit_test_is_text(bufs[i]);
	}
	for (i = 0; i < NR_BUFS; i++)
		jit_free(bufs[i]);
	jit_free_barrier();
	if (JIT_TEST_LARGE_AT_ONCE)
		jit_test_result(shared, "those that share mappings do without");
	else
		jit_test_skip("those that share mappings do without",
			      "the kernel has no cache to borrow from");
}

/* As above, where it is not known how many fail. */
static void test_some_fail(void)
{
	int i, round, failed = 0, nr = 0;
	bool works = true;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < NR_ATTEMPTS; i++, nr++) {
			bufs[i] = jit_text_alloc(JIT_BPF, SZ_2M + (i + 1) * SZ_4K);
			if (bufs[i])
				works &= runs(bufs[i]) && jit_test_is_text(bufs[i]);
			else
				failed++;
		}
		for (i = 0; i < NR_ATTEMPTS; i++)
			jit_free(bufs[i]);
		jit_free_barrier();
	}
	jit_test_figure("texts_refused", failed);
	jit_test_result(failed > 0, "some texts are refused");
	jit_test_result(failed < nr && works, "the others work");
}

const struct jit_test_case jit_test_cases[] = {
	{ "some_fail", test_some_fail },
	{ "fallback", test_fallback },
	{ "failures", test_failures },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Uses what only variants of jitalloc do");
MODULE_LICENSE("GPL");
