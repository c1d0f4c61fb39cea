// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that many allocations share: what maps it, how it is written while
 * others run in it, when it goes back.
 */
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/prandom.h>

#include "jit_test_loop.h"
#include "jit_test_packs.h"

#define NR_BLOCKS	2048
#define FEW		24

static const enum jit_type text_types[] = {
	JIT_BPF, JIT_KPROBES, JIT_FTRACE, JIT_MODULES_TEXT,
};

static struct block blocks[NR_BLOCKS];

/* --- leaves --------------------------------------------------------------- */

static bool is_large_leaf(const void *addr)
{
	return jit_test_page(addr).level == JIT_TEST_LARGE;
}

/* Neither the mapping nor the linear map lets anybody execute data. */
static bool is_no_code(const void *addr)
{
	return jit_test_is_data(addr) && !jit_test_alias(addr).executable;
}

static bool alias_is_no_way(const void *addr)
{
	struct jit_test_page alias = jit_test_alias(addr);

	return !alias.writable && !alias.executable;
}

/* One in four is data. */
static bool get_blocks(unsigned int nr, size_t least, size_t most)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct block *block = &blocks[i];
		enum jit_type type = text_types[i / 4 % ARRAY_SIZE(text_types)];

		block->len = least + i * 977 % (most - least);
		block->text = i % 4;
		block->buf = block->text ? jit_text_alloc(type, block->len) :
					   jit_data_alloc(type, block->len);
		if (!block->buf)
			return false;
	}
	return true;
}

/* Whether that much of the text is on large pages that has to be */
static void look_at_leaves(unsigned int nr, bool is_large, const char *when)
{
	size_t large = 0, pages = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const struct block *block = &blocks[i];

		pages += block->text;
		large += block->text && is_large_leaf(block->buf);
	}
	jit_test_note("%s: %zu of %zu texts are on leaves of 2 MiB", when,
		      large, pages);
	if (JIT_TEST_LARGE_AT_ONCE)
		jit_test_result(large == pages,
				"%s: all text is on leaves of 2 MiB", when);
	else if (is_large && !JIT_TEST_LARGE_TEXT)
		jit_test_skip("what a pool has grown by is on leaves of 2 MiB",
			      "text is on small pages");
	else if (is_large)
		jit_test_result(large > pages / 4,
				"%s: what a pool has grown by is on leaves of 2 MiB",
				when);
	else
		jit_test_result(!large, "%s: no large page is taken for few",
				when);
}

static void look(unsigned int nr, bool is_large, const char *when)
{
	bool text = true, alias = true, data = true;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const struct block *block = &blocks[i];

		if (!block->text) {
			data &= jit_test_all_pages(block->buf, block->len,
						   is_no_code);
			continue;
		}
		text &= jit_test_all_pages(block->buf, block->len,
					   jit_test_is_text);
		alias &= jit_test_all_pages(block->buf, block->len,
					    alias_is_no_way);
	}
	look_at_leaves(nr, is_large, when);
	jit_test_result(text, "%s: text is read-only and executable", when);
	jit_test_result(alias, "%s: no linear alias of text can be used", when);
	jit_test_result(data, "%s: data is never executable", when);
}

static void write_all(unsigned int nr, const char *when)
{
	bool right = true;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		right &= block_write(&blocks[i], i);
		cond_resched();
	}
	for (i = 0; i < nr; i++)
		right &= block_is_right(&blocks[i], i);
	jit_test_result(right, "%s: every block holds what was written", when);
}

static void test_leaves(void)
{
	if (jit_test_result(get_blocks(FEW, 16, 2000), "a small pool")) {
		look(FEW, false, "small");
		write_all(FEW, "small");
		look(FEW, false, "small, written");
	}
	blocks_free(blocks, FEW);

	/* 9 MiB of text, 3 of data */
	if (jit_test_result(get_blocks(NR_BLOCKS, 16, 3 * PAGE_SIZE),
			    "a large pool")) {
		jit_test_result(held_bytes() > SZ_8M, "it has grown");
		look(NR_BLOCKS, true, "large");
		write_all(NR_BLOCKS, "large");
		look(NR_BLOCKS, true, "large, written");
	}
	blocks_free(blocks, NR_BLOCKS);
	jit_free_barrier();
}

/* --- writes --------------------------------------------------------------- */

#define LONG_LEN	SZ_1M
#define GAP		100	/* on either side of a write */

static bool is_untouched(const u8 *text, size_t off, size_t len, size_t size)
{
	return jit_test_is_traps(text, off) &&
	       jit_test_is_traps(text + off + len, size - off - len);
}

/* Interrupts stay off all the time, or are let in by the allocator. */
static void long_write(const u8 *noise, bool irqs_off, const char *how)
{
	const size_t size = LONG_LEN + 2 * GAP;
	u8 *text = jit_text_alloc(JIT_BPF, size);
	unsigned long flags = 0;
	int err = -ENOMEM;

	if (irqs_off && !JIT_TEST_WRITES_ATOMIC) {
		jit_test_skip("1 MiB is copied, interrupts off",
			      "text is written with interrupts on");
		jit_test_skip("1 MiB is set, after that",
			      "text is written with interrupts on");
		jit_free(text);
		return;
	}
	if (text) {
		if (irqs_off)
			local_irq_save(flags);
		err = jit_update_copy(text + GAP, noise, LONG_LEN);
		if (irqs_off)
			local_irq_restore(flags);
	}
	jit_test_result(!err && !memcmp(text + GAP, noise, LONG_LEN) &&
			is_untouched(text, GAP, LONG_LEN, size),
			"1 MiB is copied, %s", how);
	err = text ? jit_update_set(text + GAP, 0x90, LONG_LEN) : -ENOMEM;
	jit_test_result(!err && !memchr_inv(text + GAP, 0x90, LONG_LEN) &&
			is_untouched(text, GAP, LONG_LEN, size),
			"1 MiB is set, after that");
	jit_free(text);
}

/* Interrupts are off from the beginning of a piece to its end. */
#define PIECE	SZ_16K

static struct task_struct *writer;
static unsigned int pieces;

static int count_piece(struct kprobe *probe, struct pt_regs *regs)
{
	pieces += current == writer && !in_interrupt();
	return 0;
}

/* How many pieces a write has, wherever it begins */
static void piece_write(const u8 *noise)
{
	static struct kprobe probe = {
		.symbol_name = JIT_TEST_PIECE_FN,
		.offset = JIT_TEST_PIECE_OFFSET,
		.pre_handler = count_piece,
	};
	u8 *text = jit_text_alloc(JIT_BPF, LONG_LEN + GAP);
	unsigned int nr[4] = {};
	int probed = register_kprobe(&probe);
	int err = 0;

	if (!jit_test_result(text && !probed, "pieces can be counted: %d", probed))
		goto out;
	writer = current;
	pieces = 0;
	err |= jit_update_copy(text, noise, LONG_LEN);
	nr[0] = pieces;
	err |= jit_update_copy(text + GAP, noise, LONG_LEN);
	nr[1] = pieces;
	err |= jit_update_set(text, 0x90, LONG_LEN);
	nr[2] = pieces;
	err |= jit_update_copy(text, noise, PIECE);
	nr[3] = pieces;
	jit_test_result(!err && nr[0] == LONG_LEN / PIECE &&
			nr[1] - nr[0] == nr[0] && nr[2] - nr[1] == nr[0],
			"1 MiB is written in pieces: %u, %u, %u", nr[0],
			nr[1] - nr[0], nr[2] - nr[1]);
	jit_test_result(nr[3] - nr[2] == 1, "16 KiB are one: %u",
			nr[3] - nr[2]);
out:
	if (!probed)
		unregister_kprobe(&probe);
	jit_free(text);
}

struct irq_write {
	struct irq_work work;
	u8 *text;
	const u8 *noise;
	int err;
};

static void do_irq_write(struct irq_work *work)
{
	struct irq_write *write = container_of(work, struct irq_write, work);

	write->err = jit_update_copy(write->text + GAP, write->noise, SZ_64K);
}

static void irq_write(const u8 *noise)
{
	struct irq_write write = {
		.work = IRQ_WORK_INIT_HARD(do_irq_write),
		.text = jit_text_alloc(JIT_BPF, SZ_64K + 2 * GAP),
		.noise = noise,
		.err = -ENOMEM,
	};

	if (!JIT_TEST_WRITES_ATOMIC) {
		jit_test_skip("64 KiB are copied in a hard interrupt",
			      "text is written by tasks");
		jit_free(write.text);
		return;
	}
	if (write.text) {
		irq_work_queue(&write.work);
		irq_work_sync(&write.work);
	}
	jit_test_result(!write.err &&
			!memcmp(write.text + GAP, noise, SZ_64K) &&
			is_untouched(write.text, GAP, SZ_64K, SZ_64K + 2 * GAP),
			"64 KiB are copied in a hard interrupt");
	jit_free(write.text);
}

static struct jit_test_loop loop;

static int run_loop(void *text)
{
	((jit_test_loop_fn)text)(&loop);
	return 0;
}

#define NR_WRITES	50

/* Another CPU never leaves its code, which has what is written on both sides. */
static void write_around(const u8 *noise)
{
	struct task_struct *task = NULL;
	u8 code[JIT_TEST_LOOP_LEN];
	u8 *before = jit_text_alloc(JIT_BPF, SZ_64K);
	u8 *text = jit_text_alloc(JIT_BPF, sizeof(code));
	u8 *after = jit_text_alloc(JIT_BPF, SZ_64K);
	bool right = true, kept = true, runs = true;
	int i;

	jit_test_emit_loop(code);
	if (!jit_test_result(before && text && after &&
			     !jit_update_copy(text, code, sizeof(code)),
			     "text to run in"))
		goto out;
	loop = (struct jit_test_loop) { };
	migrate_disable();
	task = kthread_create(run_loop, text, "jit_test_packs");
	if (jit_test_result(!IS_ERR(task), "a thread that runs in it")) {
		int cpu = cpumask_any_but(cpu_online_mask, raw_smp_processor_id());

		kthread_bind(task, cpu);
		/* or it could be gone before it is waited for */
		get_task_struct(task);
		wake_up_process(task);
	} else {
		task = NULL;
	}

	for (i = 0; i < NR_WRITES && task; i++) {
		u64 rounds;
		int wait;

		right &= !jit_update_copy(before, noise + i, SZ_64K) &&
			 !jit_update_copy(after, noise + i, SZ_64K);
		right &= !memcmp(before, noise + i, SZ_64K) &&
			 !memcmp(after, noise + i, SZ_64K);
		kept &= !memcmp(text, code, sizeof(code));
		rounds = READ_ONCE(loop.rounds);
		for (wait = 0; wait < 1000 && READ_ONCE(loop.rounds) == rounds; wait++)
			usleep_range(1000, 2000);
		runs &= READ_ONCE(loop.rounds) != rounds;
	}
	migrate_enable();
	WRITE_ONCE(loop.stop, 1);
	if (task) {
		kthread_stop(task);
		put_task_struct(task);
	}
	jit_test_result(task && right, "what is around running code is written");
	jit_test_result(kept, "the code stays what it was");
	jit_test_result(runs, "the other CPU goes on");
out:
	jit_free(before);
	jit_free(text);
	jit_free(after);
	jit_free_barrier();
}

static void test_writes(void)
{
	struct rnd_state rnd;
	u8 *noise = kvmalloc(LONG_LEN + NR_WRITES, GFP_KERNEL);

	if (!jit_test_result(noise, "memory for the test"))
		return;
	prandom_seed_state(&rnd, 1);
	prandom_bytes_state(&rnd, noise, LONG_LEN + NR_WRITES);
	long_write(noise, false, "interrupts on");
	long_write(noise, true, "interrupts off");
	piece_write(noise);
	irq_write(noise);
	write_around(noise);
	kvfree(noise);
}

/* --- inside a large block ------------------------------------------------- */

#define NR_GRAINS	1024
#define INTERIOR_LEN	(SZ_2M - SZ_64K)
#define NR_INTERIOR	4000
#define MOST_INTERIOR	300

static bool write_interior(u8 *text, u8 *copy, const u8 *noise, size_t off,
			   size_t len, bool set)
{
	if (set) {
		memset(copy + off, noise[len], len);
		return !jit_update_set(text + off, noise[len], len);
	}
	memcpy(copy + off, noise + off % 100, len);
	return !jit_update_copy(text + off, noise + off % 100, len);
}

/*
 * Blocks of a grain come first: a pool that has none but those looks for the
 * records of blocks in windows of a grain, and the large block has many.
 */
static void test_interior(void)
{
	u8 *copy = kvmalloc(INTERIOR_LEN, GFP_KERNEL);
	u8 *noise = kvmalloc(MOST_INTERIOR + 100, GFP_KERNEL);
	bool written = true, kept = true;
	struct rnd_state rnd;
	u8 *text = NULL;
	unsigned int i;

	if (!jit_test_result(copy && noise, "memory for the test"))
		goto out;
	for (i = 0; i < NR_GRAINS; i++) {
		blocks[i] = (struct block) {
			.buf = jit_text_alloc(JIT_BPF, JIT_ALIGN),
			.len = JIT_ALIGN,
			.text = true,
		};
		kept &= blocks[i].buf && block_write(&blocks[i], i);
	}
	text = jit_text_alloc(JIT_BPF, INTERIOR_LEN);
	if (!jit_test_result(text && kept, "a large block after many small ones"))
		goto out;

	memcpy(copy, text, INTERIOR_LEN);
	prandom_seed_state(&rnd, 1);
	prandom_bytes_state(&rnd, noise, MOST_INTERIOR + 100);
	for (i = 0; i < NR_INTERIOR; i++) {
		size_t len = prandom_u32_state(&rnd) % MOST_INTERIOR;
		size_t off = prandom_u32_state(&rnd) % (INTERIOR_LEN - len);

		written &= write_interior(text, copy, noise, off, len, i % 4 == 0);
	}
	/* Across the borders of pages, and the last byte */
	for (i = PAGE_SIZE; i < INTERIOR_LEN; i += PAGE_SIZE)
		written &= write_interior(text, copy, noise, i - 7, 20, false);
	written &= write_interior(text, copy, noise, INTERIOR_LEN - 1, 1, false);
	jit_test_result(written, "it is written at %d offsets", NR_INTERIOR);
	jit_test_result(!memcmp(text, copy, INTERIOR_LEN),
			"it holds what was written, and nothing else has changed");
	jit_test_result(jit_update_copy(text + INTERIOR_LEN - 10, noise, 11) == -ERANGE &&
			!memcmp(text, copy, INTERIOR_LEN),
			"a write across its end is refused");
	for (i = 0; i < NR_GRAINS; i++)
		kept &= block_is_right(&blocks[i], i);
	jit_test_result(kept, "the small ones are what they were");
out:
	jit_free(text);
	blocks_free(blocks, NR_GRAINS);
	jit_free_barrier();
	kvfree(noise);
	kvfree(copy);
}

/* --- what is kept --------------------------------------------------------- */

/* The script looks at the counters in between. */
static void test_grow(void)
{
	jit_test_result(get_blocks(NR_BLOCKS, 16, 3 * PAGE_SIZE),
			"12 MiB are allocated");
}

static void test_free(void)
{
	struct jit_alloc_usage usage;

	blocks_free(blocks, NR_BLOCKS);
	jit_free_barrier();
	jit_alloc_usage(&usage);
	jit_test_result(!usage.waiting, "they are freed");
}

/* --- mappings of their own ------------------------------------------------ */

/* Leaves them, for the script to compare what is mapped with what is held. */
static void test_own(void)
{
	static const size_t lens[] = {
		SZ_2M + 1, SZ_2M + PAGE_SIZE, SZ_4M - PAGE_SIZE, SZ_4M, SZ_4M + 1,
	};
	bool fresh = true, prot = true, alone = true, kept = true;
	const unsigned int nr = 2 * ARRAY_SIZE(lens);
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct block *block = &blocks[i];
		u8 *end;

		block->len = lens[i / 2];
		block->text = i & 1;
		block->buf = block->text ? jit_text_alloc(JIT_BPF, block->len) :
					   jit_data_alloc(JIT_BPF, block->len);
		if (!jit_test_result(block->buf, "%s of %zu bytes",
				     block->text ? "text" : "data", block->len))
			continue;
		fresh &= jit_test_is_fresh(block->buf, block->len, block->text);
		prot &= block_is_protected(block);
		end = PTR_ALIGN(block->buf + block->len, PAGE_SIZE);
		alone &= !jit_test_page(end).mapped;
		kept &= block_write(block, i);
	}
	for (i = 0; i < nr; i++)
		kept &= blocks[i].buf && block_is_right(&blocks[i], i);
	jit_test_result(fresh, "they are fresh");
	jit_test_result(prot, "they are protected");
	jit_test_result(alone, "nothing is mapped behind them");
	jit_test_result(kept, "they hold what is written");
}

const struct jit_test_case jit_test_cases[] = {
	{ "leaves", test_leaves },
	{ "writes", test_writes },
	{ "interior", test_interior },
	{ "grow", test_grow },
	{ "free", test_free },
	{ "own", test_own },
	{ }
};

static void __exit jit_test_packs_exit(void)
{
	blocks_free(blocks, NR_BLOCKS);
	jit_test_unregister();
}

module_init(jit_test_register);
module_exit(jit_test_packs_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Looks at the memory that jitalloc's blocks share");
MODULE_LICENSE("GPL");
