// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks whose every property is known here, for who looks at what the allocator
 * shows of them. A line of the results for each:
 *
 *	# block ADDRESS SIZE TYPE POOL NAME
 */
#include <linux/jitalloc.h>
#include <linux/moduleparam.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include "jit_test.h"
#include "jit_test_arch.h"

static unsigned int many = 300000;
module_param(many, uint, 0400);
MODULE_PARM_DESC(many, "how many blocks the case of that name has");

static unsigned int mixed = 3000;
module_param(mixed, uint, 0400);
MODULE_PARM_DESC(mixed, "how many blocks a mixture has before half of it is freed");

struct shadow {
	void *buf;
	size_t size;
	enum jit_type type;
	bool is_text;
	unsigned int name;	/* 0 for none */
};

static struct shadow *shadows;
static unsigned int nr_shadows;
static struct jit_cache *cache;

static const char * const type_names[] = {
	[JIT_MODULES_TEXT]	= "modules-text",
	[JIT_MODULES_DATA]	= "modules-data",
	[JIT_KPROBES]		= "kprobes",
	[JIT_FTRACE]		= "ftrace",
	[JIT_BPF]		= "bpf",
};

/* The name that the files are to have of the caller */
static noinline void *shown_text(enum jit_type type, size_t size)
{
	void *buf = jit_text_alloc(type, size);

	barrier();
	return buf;
}

static noinline void *shown_data(enum jit_type type, size_t size)
{
	void *buf = jit_data_alloc(type, size);

	barrier();
	return buf;
}

static bool reserve(unsigned int nr)
{
	if (shadows)
		return jit_test_result(false, "nothing is left of another case");
	shadows = kvcalloc(nr, sizeof(*shadows), GFP_KERNEL);
	nr_shadows = 0;
	return shadows || jit_test_result(false, "there is memory for a shadow");
}

static struct shadow *add(void *buf, size_t size, enum jit_type type, bool is_text)
{
	struct shadow *shadow = &shadows[nr_shadows];

	if (!buf)
		return NULL;
	*shadow = (struct shadow){
		.buf = buf, .size = size, .type = type, .is_text = is_text,
	};
	nr_shadows++;
	return shadow;
}

static void remove(unsigned int nr)
{
	jit_free(shadows[nr].buf);
	shadows[nr] = shadows[--nr_shadows];
}

/* Most are short, some are long. */
static size_t random_size(struct rnd_state *rnd)
{
	u32 kind = prandom_u32_state(rnd) % 100;
	u32 n = prandom_u32_state(rnd);

	if (kind < 60)
		return 1 + n % 256;
	if (kind < 97)
		return 1 + n % 2048;
	return 1 + n % (8 * PAGE_SIZE);
}

static void add_mixed(struct rnd_state *rnd, unsigned int nr)
{
	enum jit_type type = prandom_u32_state(rnd) % JIT_TYPE_MAX;
	bool is_text = type != JIT_MODULES_DATA && prandom_u32_state(rnd) % 4;
	size_t size = random_size(rnd);
	struct shadow *shadow;
	void *buf;

	buf = is_text ? shown_text(type, size) : shown_data(type, size);
	shadow = add(buf, size, type, is_text);
	if (!shadow || !is_text || nr % 10)
		return;
	if (!jit_text_name(buf, "shown_%u", nr + 1))
		shadow->name = nr + 1;
}

static void print_shadows(void)
{
	unsigned int i;

	for (i = 0; i < nr_shadows; i++) {
		const struct shadow *shadow = &shadows[i];

		jit_test_print("# block %#lx %zu %s %s ", (unsigned long)shadow->buf,
			       shadow->size, type_names[shadow->type],
			       shadow->is_text ? "text" : "data");
		if (shadow->name)
			jit_test_print("shown_%u\n", shadow->name);
		else
			jit_test_print("-\n");
	}
}

/* A mixture that has come and gone, so that there are holes of all sizes */
static void test_mix(void)
{
	struct rnd_state rnd;
	unsigned int i;
	void *buf;

	if (!reserve(mixed + 8))
		return;
	prandom_seed_state(&rnd, 4711);
	for (i = 0; i < mixed; i++)
		add_mixed(&rnd, i);
	for (i = 0; i < mixed / 2 && nr_shadows; i++)
		remove(prandom_u32_state(&rnd) % nr_shadows);
	/* What is freed now and what was before are told apart. */
	jit_free_barrier();

	buf = shown_data(JIT_BPF, SZ_4M + 1);
	add(buf, SZ_4M + 1, JIT_BPF, false);
	cache = jit_cache_create(JIT_KPROBES);
	for (i = 0; i < 4 && cache; i++) {
		buf = jit_cache_text_alloc(cache, 1000);
		add(buf, 1000, JIT_KPROBES, true);
	}
	jit_test_result(cache && nr_shadows == mixed - mixed / 2 + 5,
			"there is a mixture");
	print_shadows();
}

static void test_many(void)
{
	unsigned int i;

	if (!reserve(many))
		return;
	for (i = 0; i < many; i++)
		if (!add(shown_text(JIT_BPF, 32), 32, JIT_BPF, true))
			break;
	jit_test_result(nr_shadows == many, "there are many");
}

/* Half of what there is, here and there */
static void test_thin(void)
{
	unsigned int i;

	for (i = 0; i < nr_shadows; i++)
		remove(i);
	jit_free_barrier();
	jit_test_result(nr_shadows, "half of it is left");
}

static void test_drop(void)
{
	while (nr_shadows)
		remove(nr_shadows - 1);
	jit_cache_destroy(cache);
	cache = NULL;
	kvfree(shadows);
	shadows = NULL;
	jit_free_barrier();
	jit_test_result(true, "all of it is freed");
}

const struct jit_test_case jit_test_cases[] = {
	{ "mix", test_mix },
	{ "many", test_many },
	{ "thin", test_thin },
	{ "drop", test_drop },
	{ }
};

static int __init jit_test_shown_init(void)
{
	return jit_test_register();
}
module_init(jit_test_shown_init);

static void __exit jit_test_shown_exit(void)
{
	test_drop();
	jit_test_unregister();
}
module_exit(jit_test_shown_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Has blocks of which it knows all");
MODULE_LICENSE("GPL");
