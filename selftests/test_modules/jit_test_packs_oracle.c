// SPDX-License-Identifier: GPL-2.0
/*
 * The allocator against an oracle: a map of all ranges that are live, which
 * knows nothing but addresses and sizes. Every block holds bytes of its own.
 */
#include <linux/jitalloc.h>
#include <linux/maple_tree.h>
#include <linux/moduleparam.h>
#include <linux/prandom.h>
#include <linux/rcupdate.h>
#include <linux/uaccess.h>

#include "jit_test.h"
#include "jit_test_arch.h"

static unsigned int operations = 540000;
module_param(operations, uint, 0400);
MODULE_PARM_DESC(operations, "how many allocations and frees in all");

static u64 seed = 1;
module_param(seed, ullong, 0400);
MODULE_PARM_DESC(seed, "of the random numbers");

#define NR_LIVE		2048
#define NR_FREED	4096
#define ROUND		8192	/* operations between two barriers */
#define NOISE_LEN	SZ_128K
#define NR_PATTERNS	SZ_4K

struct block {
	u8 *buf;
	u32 len;
	u32 pattern;
	bool text;
};

struct freed {
	u8 *buf;
	u32 len;
};

struct oracle {
	struct maple_tree map;
	struct rnd_state rnd;
	u8 *noise;
	u8 *scratch;
	struct block live[NR_LIVE];
	unsigned int nr_live;
	size_t live_bytes;
	/* Text that was freed since the last barrier */
	struct freed freed[NR_FREED];
	unsigned int nr_freed;
	unsigned long allocs, frees, bytes, large;
	unsigned long refused, overlaps, misplaced, dirty, damaged;
	unsigned long no_traps, trap_checks, waiting, held;
};

static const enum jit_type types[] = {
	JIT_BPF, JIT_KPROBES, JIT_FTRACE, JIT_MODULES_TEXT, JIT_MODULES_DATA,
};

static u32 dice(struct oracle *o, u32 below)
{
	return prandom_u32_state(&o->rnd) % below;
}

/* Mostly small, seldom large, and hardly ever larger than a pack */
static u32 draw_len(struct oracle *o)
{
	u32 kind = dice(o, 10000);

	if (kind < 7000)
		return 16 + dice(o, 496);
	if (kind < 9700)
		return 16 + dice(o, SZ_8K - 16);
	if (kind < 9998)
		return 1 + dice(o, SZ_128K);
	o->large++;
	return SZ_2M + 1 + dice(o, SZ_64K);
}

static bool is_in_range(const u8 *buf, u32 len, enum jit_type type)
{
	const struct jit_range *range = &jit_alloc_arch_params()->ranges[type];
	unsigned long addr = (unsigned long)buf;

	return addr >= range->start && addr + len <= range->end;
}

/* What a large block holds is one byte, what others hold is a part of the noise. */
static bool holds_pattern(struct oracle *o, const struct block *block)
{
	if (block->len > NOISE_LEN)
		return !memchr_inv(block->buf, block->pattern, block->len);
	return !memcmp(block->buf, o->noise + block->pattern, block->len);
}

static bool write_pattern(struct oracle *o, const struct block *block)
{
	const u8 *src = o->noise + block->pattern;

	if (block->len > NOISE_LEN) {
		if (block->text)
			return !jit_update_set(block->buf, block->pattern,
					       block->len);
		memset(block->buf, block->pattern, block->len);
		return true;
	}
	if (block->text)
		return !jit_update_copy(block->buf, src, block->len);
	memcpy(block->buf, src, block->len);
	return true;
}

static void do_alloc(struct oracle *o)
{
	enum jit_type type = types[dice(o, ARRAY_SIZE(types))];
	struct block *block = &o->live[o->nr_live];
	unsigned long first;

	block->len = draw_len(o);
	block->text = type != JIT_MODULES_DATA && dice(o, 3);
	block->pattern = dice(o, block->len > NOISE_LEN ? 256 : NR_PATTERNS);
	block->buf = block->text ? jit_text_alloc(type, block->len) :
				   jit_data_alloc(type, block->len);
	if (!block->buf) {
		o->refused++;
		return;
	}
	first = (unsigned long)block->buf;
	if (!IS_ALIGNED(first, JIT_ALIGN) ||
	    !is_in_range(block->buf, block->len, type))
		o->misplaced++;
	/* It does not take what overlaps. */
	if (mtree_insert_range(&o->map, first, first + block->len - 1,
			       xa_mk_value(1), GFP_KERNEL))
		o->overlaps++;
	if (!jit_test_is_fresh(block->buf, block->len, block->text))
		o->dirty++;
	if (!write_pattern(o, block))
		o->damaged++;
	o->allocs++;
	o->bytes += block->len;
	o->live_bytes += block->len;
	o->nr_live++;
}

static void do_free(struct oracle *o, unsigned int nr)
{
	struct block *block = &o->live[nr];

	if (!holds_pattern(o, block))
		o->damaged++;
	mtree_erase(&o->map, (unsigned long)block->buf);
	jit_free(block->buf);
	if (block->text && o->nr_freed < NR_FREED) {
		o->freed[o->nr_freed].buf = block->buf;
		o->freed[o->nr_freed].len = min(block->len, NOISE_LEN);
		o->nr_freed++;
	}
	o->frees++;
	o->live_bytes -= block->len;
	*block = o->live[--o->nr_live];
}

/* Freed text is gone, or it traps. */
static bool has_traps(struct oracle *o, const struct freed *freed)
{
	struct jit_test_page page = jit_test_page(freed->buf);

	if (!page.executable)
		return true;
	if (copy_from_kernel_nofault(o->scratch, freed->buf, freed->len))
		return true;
	o->trap_checks++;
	return jit_test_is_traps(o->scratch, freed->len);
}

/* When nobody else allocates, nothing has been reused right after the barrier. */
static void check_barrier(struct oracle *o)
{
	struct jit_alloc_usage usage;
	unsigned int i;

	/* What others got of it meanwhile is not looked at. */
	for (i = 0; i < o->nr_freed; i++) {
		unsigned long at = (unsigned long)o->freed[i].buf;

		if (mt_find(&o->map, &at, at + o->freed[i].len - 1))
			o->freed[i].len = 0;
	}
	jit_free_barrier();
	for (i = 0; i < o->nr_freed; i++) {
		if (o->freed[i].len && !has_traps(o, &o->freed[i]))
			o->no_traps++;
	}
	o->nr_freed = 0;

	jit_alloc_usage(&usage);
	o->waiting += !!usage.waiting;
	o->held += usage.held < o->live_bytes || usage.held > usage.limit;
}

static void run_oracle(struct oracle *o)
{
	u32 wanted = NR_LIVE;
	unsigned int i;

	for (i = 1; i <= operations; i++) {
		/* The rest of them empties it. */
		bool last = operations - i < o->nr_live;
		bool up = o->nr_live < wanted ? dice(o, 8) : !dice(o, 8);

		if (!o->nr_live || (up && !last && o->nr_live < NR_LIVE))
			do_alloc(o);
		else
			do_free(o, dice(o, o->nr_live));
		if (!(i % ROUND)) {
			check_barrier(o);
			/* Every now and then, all of it goes. */
			wanted = dice(o, 4) ? dice(o, NR_LIVE) : 0;
		}
		if (!(i % 64))
			cond_resched_tasks_rcu_qs();
	}
	while (o->nr_live)
		do_free(o, o->nr_live - 1);
	check_barrier(o);
}

static void report(const struct oracle *o)
{
	jit_test_figure("oracle_operations", o->allocs + o->frees);
	jit_test_figure("oracle_bytes", o->bytes);
	jit_test_figure("oracle_large", o->large);
	jit_test_figure("oracle_freed_texts_looked_at", o->trap_checks);
	jit_test_note("%lu refused, %lu overlap, %lu misplaced, %lu dirty, %lu damaged",
		      o->refused, o->overlaps, o->misplaced, o->dirty,
		      o->damaged);
	jit_test_result(o->allocs + o->frees + o->refused >= operations,
			"%u operations", operations);
	jit_test_result(!o->refused, "no allocation fails");
	jit_test_result(!o->overlaps, "no block overlaps another");
	jit_test_result(!o->misplaced, "each is aligned and in its range");
	jit_test_result(!o->dirty, "each is fresh: traps or zeroes");
	jit_test_result(!o->damaged, "each keeps its bytes until it is freed");
	jit_test_result(o->trap_checks && !o->no_traps,
			"freed text is full of traps after the barrier");
	jit_test_result(!o->waiting, "nothing waits after the barrier");
	jit_test_result(!o->held, "what is held is no less than what is live");
	jit_test_result(o->allocs == o->frees, "all is freed");
}

static void test_oracle(void)
{
	struct oracle *o = kvzalloc_obj(*o);
	u32 i;

	if (o) {
		o->noise = kvmalloc(NOISE_LEN + NR_PATTERNS, GFP_KERNEL);
		o->scratch = kvmalloc(NOISE_LEN, GFP_KERNEL);
	}
	if (!jit_test_result(o && o->noise && o->scratch, "memory for the test"))
		goto out;
	mt_init(&o->map);
	prandom_seed_state(&o->rnd, seed);
	for (i = 0; i < NOISE_LEN + NR_PATTERNS; i++)
		o->noise[i] = prandom_u32_state(&o->rnd);
	run_oracle(o);
	report(o);
	mtree_destroy(&o->map);
out:
	if (o) {
		kvfree(o->noise);
		kvfree(o->scratch);
	}
	kvfree(o);
}

const struct jit_test_case jit_test_cases[] = {
	{ "oracle", test_oracle },
	{ }
};

module_init(jit_test_register);
module_exit(jit_test_unregister);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Holds jitalloc against a map of what is live");
MODULE_LICENSE("GPL");
