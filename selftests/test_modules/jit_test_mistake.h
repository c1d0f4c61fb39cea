/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Callers' mistakes. Each has a name, a defined result, and a number of
 * warnings, and each leaves everybody else's memory alone.
 *
 * The results are lines of three columns: "ok" or "not ok", what the log should
 * hold, and the name. In the log every mistake stands between two lines with
 * its name, so that the script can count the warnings.
 *
 * To be included by one file of a module, which defines pr_fmt().
 */
#ifndef _JIT_TEST_MISTAKE_H
#define _JIT_TEST_MISTAKE_H

#include <linux/jitalloc.h>

#include "jit_test.h"
#include "jit_test_arch.h"

#define CANARY		0x5ca1ab1e
#define TEXT_LEN	(2 * PAGE_SIZE)
#define SMALL_LEN	100

/* Warnings that are due */
enum warns {
	SILENT,
	WARNS,		/* one, with the caller's name */
	WARNS_OWNER,	/* one, with the caller's and the owner's */
};

static const char * const warns_name[] = { "silent", "warns", "owner" };

/* Live all the time; no mistake may change them. */
static jit_test_fn canary_fn;
static u8 *canary_data;

/* What the mistakes are made with */
static u8 *text, *small, *data;
static u8 before[TEXT_LEN];

static bool canaries_live(void)
{
	return canary_fn() == CANARY &&
	       !memchr_inv(canary_data, 0xda, PAGE_SIZE);
}

static void canaries_free(void)
{
	jit_free(canary_fn);
	jit_free(canary_data);
}

static int canaries_alloc(void)
{
	u8 code[JIT_TEST_FN_LEN];
	void *fn = jit_text_alloc(JIT_KPROBES, sizeof(code));

	canary_data = jit_data_alloc(JIT_KPROBES, PAGE_SIZE);
	if (!fn || !canary_data)
		goto err;
	jit_test_emit_const(code, CANARY);
	if (jit_update_copy(fn, code, sizeof(code)))
		goto err;
	memset(canary_data, 0xda, PAGE_SIZE);
	canary_fn = fn;
	return 0;
err:
	jit_free(fn);
	jit_free(canary_data);
	return -ENOMEM;
}

static void mistake_begin(const char *name)
{
	pr_info("begin %s\n", name);
}

static void mistake_end(bool passed, enum warns warns, const char *name)
{
	pr_info("end %s\n", name);
	if (!canaries_live()) {
		jit_test_note("%s: somebody else's memory has changed", name);
		passed = false;
	}
	jit_test_print("%s\t%s\t%s\n", passed ? "ok" : "not ok",
		       warns_name[warns], name);
}

/* One mistake: its result is right if @expr is true after it was made. */
#define CASE(warns, expr, fmt, ...)					\
do {									\
	char name_[80];							\
	bool passed_;							\
									\
	snprintf(name_, sizeof(name_), fmt, ##__VA_ARGS__);		\
	mistake_begin(name_);							\
	passed_ = (expr);						\
	mistake_end(passed_, warns, name_);					\
} while (0)

static bool subjects_alloc(void)
{
	text = jit_text_alloc(JIT_BPF, TEXT_LEN);
	small = jit_text_alloc(JIT_BPF, SMALL_LEN);
	data = jit_data_alloc(JIT_BPF, TEXT_LEN);
	if (!text || !small || !data ||
	    jit_update_set(text, 0x90, TEXT_LEN) ||
	    jit_update_set(small, 0x90, SMALL_LEN))
		return false;
	memset(data, 0x90, TEXT_LEN);
	memset(before, 0x90, sizeof(before));
	return true;
}

static void subjects_free(void)
{
	jit_free(text);
	jit_free(small);
	jit_free(data);
	jit_free_barrier();
	text = NULL;
	small = NULL;
	data = NULL;
}

static bool subjects_kept(void)
{
	return !memcmp(text, before, TEXT_LEN) &&
	       !memcmp(small, before, SMALL_LEN) &&
	       !memcmp(data, before, TEXT_LEN);
}

static bool mistake_subjects_or_fail(void)
{
	if (subjects_alloc())
		return true;
	jit_test_print("not ok\tsilent\tmemory to make mistakes with\n");
	subjects_free();
	return false;
}

static int __init mistakes_init(void)
{
	int err = canaries_alloc();

	if (err)
		return err;
	err = jit_test_register();
	if (err)
		canaries_free();
	return err;
}
module_init(mistakes_init);

static void __exit mistakes_exit(void)
{
	jit_test_unregister();
	canaries_free();
}
module_exit(mistakes_exit);

#endif /* _JIT_TEST_MISTAKE_H */
