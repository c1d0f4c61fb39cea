// SPDX-License-Identifier: GPL-2.0
/*
 * Names of text: what the kernel's own tables say, and what is refused.
 */
#include <linux/jitalloc.h>
#include <linux/kallsyms.h>
#include <linux/random.h>
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
	jit_test_emit_frame(code, text, save_trace);
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
	jit_test_result(jit_text_name(text, "a\tb") == -EINVAL, "a tab");
	jit_test_result(jit_text_name(text, "a\x7f") == -EINVAL, "a control character");
	jit_test_result(jit_text_name(text, "\xc3\xa4") == -EINVAL, "a letter that is not ASCII");
	jit_test_result(jit_text_name(text, "%c", 0) == -EINVAL, "a null byte");
	jit_test_result(!symbol_is(text, NAME), "none of them is shown");
	jit_test_result(!jit_text_name(text, "%0500d", 1), "the longest name");
	jit_test_result(jit_text_name(text, "%0501d", 1) == -ENAMETOOLONG,
			"one that is longer");
	jit_test_result(!jit_text_name(text, "jit_test_!~#[x]:%%p"), "any other characters");
	jit_test_result(jit_text_name(text + 1, NAME) == -EFAULT, "a byte of text");
	jit_test_result(jit_text_name(text + 32, NAME) == -EFAULT, "inside text");
	jit_test_result(jit_text_name(&local, NAME) == -EFAULT, "a stack");
	jit_test_result(jit_text_name(data, NAME) == -EACCES, "data");
	jit_test_result(jit_text_name(data + 32, NAME) == -EFAULT, "inside data");
	jit_free(data);
	jit_test_result(jit_text_name(data, NAME) == -EFAULT, "freed data");
	jit_free(text);
	jit_test_result(jit_text_name(text, NAME) == -EFAULT, "freed text");
	jit_free_barrier();
}

/* Many texts, some of them named, some in caches, and freed bit by bit */
#define NR_MANY		3000
#define NR_CACHES	4

struct many {
	struct jit_cache *caches[NR_CACHES];
	u8 *text[NR_MANY];
	/* In none if it is NR_CACHES */
	u8 cache[NR_MANY];
	bool is_named[NR_MANY];
	bool is_live[NR_MANY];
};

static struct many *many;

/* How many have a name that they should not have, or none and should have one */
static unsigned int many_wrong(void)
{
	unsigned int i, wrong = 0;
	char name[64];

	for (i = 0; i < NR_MANY; i++) {
		snprintf(name, sizeof(name), "jit_test_many_%u [jitalloc]", i);
		if (symbol_is(many->text[i], name) !=
		    (many->is_live[i] && many->is_named[i]))
			wrong++;
	}
	return wrong;
}

static bool many_alloc(unsigned int i)
{
	size_t size = get_random_u32_inclusive(1, 300);
	unsigned int cache = min(get_random_u32_below(3 * NR_CACHES), NR_CACHES);

	/* Some have a mapping of their own. */
	if (i % 1000 == 999)
		size = SZ_2M + PAGE_SIZE;
	many->cache[i] = cache;
	many->text[i] = cache < NR_CACHES ?
			jit_cache_text_alloc(many->caches[cache], size) :
			jit_text_alloc(i % 2 ? JIT_BPF : JIT_KPROBES, size);
	many->is_live[i] = many->text[i];
	many->is_named[i] = get_random_u32_below(2);
	return many->text[i] &&
	       (!many->is_named[i] ||
		!jit_text_name(many->text[i], "jit_test_many_%u", i));
}

static void many_free(unsigned int i)
{
	if (many->is_live[i])
		jit_free(many->text[i]);
	many->is_live[i] = false;
}

static void many_cases(void)
{
	unsigned int i, round, failed = 0;

	for (i = 0; i < NR_CACHES; i++)
		many->caches[i] = jit_cache_create(JIT_BPF);
	for (i = 0; i < NR_MANY; i++)
		failed += !many_alloc(i);
	if (!jit_test_result(!failed, "many texts, every other one of them named"))
		return;
	jit_test_result(!many_wrong(), "those that are named have their names");

	for (round = 0; round < 4; round++) {
		for (i = 0; i < NR_MANY; i++)
			if (!get_random_u32_below(4))
				many_free(i);
		jit_free_barrier();
		failed += many_wrong();
	}
	jit_test_result(!failed, "when some are freed, the names of those go");

	jit_cache_destroy(many->caches[0]);
	for (i = 0; i < NR_MANY; i++)
		if (many->cache[i] == 0)
			many->is_live[i] = false;
	jit_free_barrier();
	jit_test_result(!many_wrong(),
			"when a cache is destroyed, the names of its texts go");

	for (i = 0; i < NR_MANY; i++)
		many_free(i);
	for (i = 1; i < NR_CACHES; i++)
		jit_cache_destroy(many->caches[i]);
	jit_free_barrier();
	jit_test_result(!many_wrong(), "all go with the last text");
}

static void many_texts(void)
{
	many = vzalloc(sizeof(*many));
	if (jit_test_result(many, "there is memory for a shadow"))
		many_cases();
	vfree(many);
}

/* A free while there are ten thousand names: for the script to look at its cost */
#define NR_COST		10000

static void cost(void)
{
	u8 **text = vcalloc(NR_COST, sizeof(*text));
	unsigned int i, failed = 0;
	u64 ns;

	if (!jit_test_result(text, "there is memory for ten thousand addresses"))
		return;
	ns = ktime_get_ns();
	for (i = 0; i < NR_COST; i++) {
		text[i] = jit_text_alloc(JIT_BPF, 64);
		failed += !text[i] ||
			  jit_text_name(text[i], "jit_test_cost_%u", i);
	}
	jit_test_figure("names_give_ns", div_u64(ktime_get_ns() - ns, NR_COST));
	jit_test_result(!failed, "ten thousand texts are named");
	for (i = 0; i < 5; i++) {
		jit_free(text[i]);
		jit_free_barrier();
	}
	for (; i < NR_COST; i++)
		jit_free(text[i]);
	jit_free_barrier();
	vfree(text);
}

/* For another reader of what the kernel says: their addresses and lengths */
#define NR_HUNDRED	100

static void name_many(void)
{
	u8 *text[NR_HUNDRED];
	unsigned int i, failed = 0;

	for (i = 0; i < NR_HUNDRED; i++) {
		size_t size = 1 + 37 * i;

		text[i] = jit_text_alloc(i % 2 ? JIT_BPF : JIT_FTRACE, size);
		failed += !text[i] ||
			  jit_text_name(text[i], "jit_test_hundred_%u", i);
		jit_test_note("named jit_test_hundred_%u %lx %zu", i,
			      (unsigned long)text[i], size);
	}
	for (i = 0; i < NR_HUNDRED; i++)
		jit_free(text[i]);
	jit_free_barrier();
	jit_test_result(!failed, "a hundred texts are named and freed");
}

/* On a kernel that has no way to do it: nothing shows it, and all else is the same. */
static void nameless(void)
{
	u8 *text = jit_text_alloc(JIT_BPF, 64);
	char sym[KSYM_SYMBOL_LEN], addr[32];
	u8 code[JIT_TEST_FN_LEN];
	unsigned int i, failed = 0;

	jit_test_emit_const(code, 42);
	if (!jit_test_result(text && !jit_update_copy(text, code, sizeof(code)),
			     "there is text"))
		return;
	for (i = 0; i < 100; i++)
		failed += !!jit_text_name(text, "jit_test_nameless_%u", i);
	jit_test_result(!failed, "it is given a hundred names");
	sprint_symbol(sym, (unsigned long)text);
	snprintf(addr, sizeof(addr), "0x%lx", (unsigned long)text);
	jit_test_result(!strcmp(sym, addr), "its symbol is still an address");
	jit_test_result(((jit_test_fn)text)() == 42, "it runs");
	refused();
	jit_free(text);
	jit_free_barrier();
	jit_test_result(jit_text_name(text, NAME) == -EFAULT, "it is freed");
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
	{ "many", many_texts },
	{ "cost", cost },
	{ "hundred", name_many },
	{ "nameless", nameless },
	{ "keep", keep },
	{ "drop", drop },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Tests the names of jitalloc's text");
MODULE_LICENSE("GPL");
