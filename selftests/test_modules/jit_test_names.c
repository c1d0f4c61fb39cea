// SPDX-License-Identifier: GPL-2.0
/*
 * Names of text: what the kernel's own tables say, and what is refused.
 */
#include <linux/jitalloc.h>
#include <linux/kallsyms.h>
#include <linux/stacktrace.h>

#include "jit_test.h"
#include "jit_test_arch.h"

#define NAME	"jit_test_named"
#define SHOWN	NAME " [jitalloc]"

static unsigned long trace[16];
static unsigned int nr_trace;

static noinline void save_trace(void)
{
	nr_trace = stack_trace_save(trace, ARRAY_SIZE(trace), 0);
}

/* Code that calls save_trace() with a frame of its own, to be run at @at */
static void emit_frame(u8 *buf, const void *at)
{
#ifdef CONFIG_X86_64
	static const u8 code[] = {
		0xf3, 0x0f, 0x1e, 0xfa,		/* endbr64 */
		0x55,				/* push %rbp */
		0x48, 0x89, 0xe5,		/* mov %rsp, %rbp */
		0xe8, 0x00, 0x00, 0x00, 0x00,	/* call */
		0x5d,				/* pop %rbp */
		0xc3,				/* ret */
	};
	void *to = save_trace;

	/* Nobody calls what is a few bytes before it. */
	OPTIMIZER_HIDE_VAR(to);
	memcpy(buf, code, sizeof(code));
	put_unaligned_le32(to - (at + 13), buf + 9);
#else
	jit_test_emit_call(buf, at, save_trace);
#endif
}

static bool symbol_is(const void *addr, const char *name)
{
	char sym[KSYM_SYMBOL_LEN];
	size_t len = strlen(name);

	sprint_symbol(sym, (unsigned long)addr);
	return !strncmp(sym, name, len) && sym[len] == '+';
}

/* Where in the trace a symbol is, from @from on; nr_trace if it is not */
static unsigned int traced(const char *name, unsigned int from)
{
	for (; from < nr_trace; from++)
		if (symbol_is((void *)trace[from], name))
			break;
	return from;
}

/* Three callers, which may be no tail calls */
static noinline void caller_a(void *text)
{
	((void (*)(void))text)();
	barrier();
}

static noinline void caller_b(void *text)
{
	caller_a(text);
	barrier();
}

static noinline void caller_c(void *text)
{
	caller_b(text);
	barrier();
}

static void shown(void)
{
	u8 *text = jit_text_alloc(JIT_BPF, 64);
	u8 *next = jit_text_alloc(JIT_BPF, 64);
	u8 code[64];
	unsigned int at;

	if (!jit_test_result(text && next, "there is text"))
		return;
	jit_test_result(!symbol_is(text, SHOWN), "it has no name at first");
	jit_test_result(!jit_text_name(text, "jit_test_%s", "named"),
			"it is given one");
	jit_test_result(symbol_is(text, SHOWN), "its start has it");
	jit_test_result(symbol_is(text + 63, SHOWN), "its last byte has it");
	jit_test_result(!symbol_is(text - 1, SHOWN) && !symbol_is(text + 64, SHOWN),
			"its neighbours have not");

	memset(code, 0, sizeof(code));
	emit_frame(code, text);
	jit_update_copy(text, code, sizeof(code));
	caller_c(text);
	at = traced(SHOWN, 0);
	jit_test_result(at < nr_trace, "a stack trace has it");
	at = traced("caller_a", at);
	at = traced("caller_b", at);
	at = traced("caller_c", at);
	jit_test_result(at < nr_trace, "and three callers behind it");

	jit_test_result(!jit_text_name(text, "jit_test_renamed") &&
			symbol_is(text, "jit_test_renamed [jitalloc]"),
			"it is given another");
	jit_free(text);
	jit_free(next);
	jit_free_barrier();
	jit_test_result(!symbol_is(text, "jit_test_renamed [jitalloc]") &&
			!symbol_is(text, SHOWN), "it has none once it is gone");
}

static void of_cache(void)
{
	struct jit_cache *cache = jit_cache_create(JIT_BPF);
	u8 *text = jit_cache_text_alloc(cache, 64);

	if (!jit_test_result(text && !jit_text_name(text, NAME) &&
			     symbol_is(text, SHOWN),
			     "text of a cache is given a name"))
		return;
	jit_cache_destroy(cache);
	jit_free_barrier();
	jit_test_result(!symbol_is(text, SHOWN),
			"it has none when the cache is gone");
}

static void refused(void)
{
	u8 *text = jit_text_alloc(JIT_BPF, 64);
	u8 *data = jit_data_alloc(JIT_BPF, 64);
	int local;

	jit_test_result(jit_text_name(NULL, NAME) == -EINVAL, "no text");
	jit_test_result(jit_text_name(text, "%s", "") == -EINVAL, "no name");
	jit_test_result(jit_text_name(text, "a b") == -EINVAL, "a space");
	jit_test_result(jit_text_name(text, "a\n") == -EINVAL, "a new line");
	jit_test_result(!jit_text_name(text, "%0500d", 1), "the longest name");
	jit_test_result(jit_text_name(text, "%0501d", 1) == -ENAMETOOLONG,
			"one that is longer");
	jit_test_result(jit_text_name(text + 32, NAME) == -EFAULT, "inside text");
	jit_test_result(jit_text_name(&local, NAME) == -EFAULT, "a stack");
	jit_test_result(jit_text_name(data, NAME) == -EACCES, "data");
	jit_free(data);
	jit_free(text);
	jit_test_result(jit_text_name(text, NAME) == -EFAULT, "freed text");
	jit_free_barrier();
}

/* For the script to look: named, and freed again. */
static u8 *kept;

static void keep(void)
{
	kept = jit_text_alloc(JIT_BPF, 64);
	jit_test_result(kept && !jit_text_name(kept, "jit_test_kept_name"),
			"text is kept with a name");
}

static void drop(void)
{
	jit_free(kept);
	jit_free_barrier();
	jit_test_result(true, "it is freed");
}

const struct jit_test_case jit_test_cases[] = {
	{ "shown", shown },
	{ "of_cache", of_cache },
	{ "refused", refused },
	{ "keep", keep },
	{ "drop", drop },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Tests the names of jitalloc's text");
MODULE_LICENSE("GPL");
