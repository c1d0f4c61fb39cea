// SPDX-License-Identifier: GPL-2.0
/*
 * Runs generated code: every function returns a constant of its own, so a
 * function that is not what was written, or not there yet on some CPU, shows.
 */
#include <linux/cpu.h>
#include <linux/jitalloc.h>
#include <linux/smp.h>

#include "jit_test.h"
#include "jit_test_arch.h"

#define NR_FUNCTIONS	20000
#define NR_LIVE		2000
#define NR_OTHER_CPU	5000
#define NR_PATCHED	2000

static const enum jit_type types[] = {
	JIT_KPROBES, JIT_BPF, JIT_FTRACE, JIT_MODULES_TEXT,
};

/* No two of the functions, in any order of their numbers, look alike. */
static u32 constant(u32 nr)
{
	return nr * 2654435761u + 12345;
}

static int write_function(void *text, u32 nr)
{
	u8 code[JIT_TEST_FN_LEN];

	jit_test_emit_const(code, constant(nr));
	return jit_update_copy(text, code, sizeof(code));
}

static bool is_function(jit_test_fn fn, u32 nr)
{
	return fn() == constant(nr);
}

struct remote {
	jit_test_fn fn;
	u32 nr;
	bool right;
};

static void remote_run(void *data)
{
	struct remote *remote = data;

	remote->right = is_function(remote->fn, remote->nr);
}

/* Runs in the other CPU's interrupt: right there, with nothing in between. */
static bool is_function_elsewhere(jit_test_fn fn, u32 nr)
{
	struct remote remote = { .fn = fn, .nr = nr };
	int here = get_cpu();
	int there = cpumask_any_but(cpu_online_mask, here);
	int err = -ENXIO;

	if (there < nr_cpu_ids)
		err = smp_call_function_single(there, remote_run, &remote, 1);
	put_cpu();
	return !err && remote.right;
}

/* Each in text of its own. */
static void test_functions(void)
{
	jit_test_fn *fns = kvcalloc(NR_LIVE, sizeof(*fns), GFP_KERNEL);
	int first, i, made = 0, right = 0, elsewhere = 0, asked = 0, again = 0;

	if (!jit_test_result(fns, "memory for the test"))
		return;

	for (first = 0; first < NR_FUNCTIONS; first += NR_LIVE) {
		for (i = 0; i < NR_LIVE; i++) {
			u32 nr = first + i;

			fns[i] = jit_text_alloc(types[nr % ARRAY_SIZE(types)],
						JIT_TEST_FN_LEN);
			if (!fns[i] || write_function(fns[i], nr))
				continue;
			made++;

			/* one in four, right after it was published */
			if (nr % 4 == 0 && asked < NR_OTHER_CPU) {
				asked++;
				elsewhere += is_function_elsewhere(fns[i], nr);
			}
			right += is_function(fns[i], nr);
		}
		for (i = 0; i < NR_LIVE; i++) {
			again += fns[i] && is_function(fns[i], first + i);
			jit_free(fns[i]);
		}
		cond_resched();
	}
	jit_free_barrier();
	kvfree(fns);

	jit_test_figure("functions_run", right);
	jit_test_figure("functions_run_elsewhere", elsewhere);
	jit_test_result(made == NR_FUNCTIONS, "%d functions are written",
			NR_FUNCTIONS);
	jit_test_result(right == NR_FUNCTIONS,
			"%d functions return their own constant", NR_FUNCTIONS);
	jit_test_result(again == NR_FUNCTIONS,
			"and again when %d are live", NR_LIVE);
	jit_test_result(asked == NR_OTHER_CPU && elsewhere == NR_OTHER_CPU,
			"%d run on the other CPU right after publication",
			NR_OTHER_CPU);
}

/* Code that every CPU has run before is changed under it. */
static void test_patch(void)
{
	const size_t len = NR_PATCHED * JIT_TEST_FN_LEN;
	int i, before = 0, after = 0, elsewhere = 0, kept = 0;
	void *text = jit_text_alloc(JIT_BPF, len);

	if (!jit_test_result(text, "text for %d functions", NR_PATCHED))
		return;

	for (i = 0; i < NR_PATCHED; i++) {
		jit_test_fn fn = text + i * JIT_TEST_FN_LEN;

		before += !write_function(fn, i) && is_function(fn, i) &&
			  is_function_elsewhere(fn, i);
	}
	for (i = 0; i < NR_PATCHED; i++) {
		jit_test_fn fn = text + i * JIT_TEST_FN_LEN;
		jit_test_fn next = (void *)fn + JIT_TEST_FN_LEN;

		if (write_function(fn, NR_PATCHED + i))
			continue;
		elsewhere += is_function_elsewhere(fn, NR_PATCHED + i);
		after += is_function(fn, NR_PATCHED + i);
		kept += i + 1 == NR_PATCHED || is_function(next, i + 1);
	}
	jit_free(text);
	jit_free_barrier();

	jit_test_figure("functions_patched", after);
	jit_test_result(before == NR_PATCHED, "%d functions in one text",
			NR_PATCHED);
	jit_test_result(after == NR_PATCHED, "%d patched functions are new here",
			NR_PATCHED);
	jit_test_result(elsewhere == NR_PATCHED,
			"and on the other CPU, which has run the old ones");
	jit_test_result(kept == NR_PATCHED, "their neighbours stay as they were");
}

/* A function that is larger than a page, written in one go and in pieces. */
static void test_large(void)
{
	const size_t len = 5 * PAGE_SIZE;
	u8 *code = kvmalloc(len, GFP_KERNEL);
	u8 *text = jit_text_alloc(JIT_MODULES_TEXT, len);
	size_t pos, step;
	bool pieces = true;

	if (!jit_test_result(code && text, "text for a large function"))
		goto out;

	jit_test_emit_nops(code, len);
	jit_test_emit_const(code + len - JIT_TEST_FN_LEN, constant(1));
	jit_test_result(!jit_update_copy(text, code, len) &&
			!memcmp(text, code, len), "it is written in one go");
	jit_test_result(is_function((jit_test_fn)text, 1), "it runs");

	jit_test_emit_const(code + len - JIT_TEST_FN_LEN, constant(2));
	jit_test_result(!jit_update_set(text, 0, len),
			"it is taken out");
	for (pos = 0, step = 1; pos < len; pos += step, step = step * 2 + 1) {
		step = min(step, len - pos);
		pieces &= !jit_update_copy(text + pos, code + pos, step);
	}
	jit_test_result(pieces && !memcmp(text, code, len),
			"it is written in pieces");
	jit_test_result(is_function((jit_test_fn)text, 2), "it runs again");
out:
	kvfree(code);
	jit_free(text);
	jit_free_barrier();
}

const struct jit_test_case jit_test_cases[] = {
	{ "functions", test_functions },
	{ "patch", test_patch },
	{ "large", test_large },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Runs generated functions in jitalloc's text");
MODULE_LICENSE("GPL");
