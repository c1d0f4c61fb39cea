// SPDX-License-Identifier: GPL-2.0
/*
 * Each public function as often as somebody asks for it, for a script that has
 * steps of it fail: what it returns is right, and what it has not done it has not
 * done by halves. The script says when, by the files of a build for tests.
 */
#include <linux/prandom.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "jit_test_writer.h"

#define NR_SMALL	200		/* more than the first records of a pack */
#define LONG		(40 * SZ_1K)	/* is written in pieces */

/* --- one call of a public function, or some --------------------------------- */

static bool runs(void *text, u32 value)
{
	u8 code[JIT_TEST_FN_LEN];

	jit_test_emit_const(code, value);
	return !jit_update_copy(text, code, sizeof(code)) &&
	       ((jit_test_fn)text)() == value;
}

/* A block, or none: as it has to be, and gone again. */
static void block(void *buf, size_t size, bool is_text)
{
	jit_test_note("%s", buf ? "succeeded" : "failed");
	if (!buf)
		return;
	jit_test_result(jit_test_is_fresh(buf, size, is_text), "it is fresh");
	jit_test_result(jit_test_all_pages(buf, size, is_text ?
					   jit_test_is_text : jit_test_is_data),
			"it is protected");
	jit_free(buf);
}

static void test_text(void)
{
	block(jit_text_alloc(JIT_BPF, 100), 100, true);
}

static void test_text_of_modules(void)
{
	block(jit_text_alloc(JIT_MODULES_TEXT, 3000), 3000, true);
}

static void test_data(void)
{
	block(jit_data_alloc(JIT_BPF, 100), 100, false);
}

static void test_text_pack(void)
{
	block(jit_text_alloc(JIT_BPF, SZ_2M), SZ_2M, true);
}

static void test_data_pack(void)
{
	block(jit_data_alloc(JIT_BPF, SZ_2M), SZ_2M, false);
}

static void test_text_own(void)
{
	block(jit_text_alloc(JIT_BPF, SZ_2M + 1), SZ_2M + 1, true);
}

static void test_data_own(void)
{
	block(jit_data_alloc(JIT_BPF, SZ_2M + 1), SZ_2M + 1, false);
}

/* Written in place: it becomes text, or may be tried again. */
static void test_text_rw(void)
{
	u8 *buf = jit_text_alloc_rw(JIT_MODULES_TEXT, 3 * PAGE_SIZE);
	int err;

	if (!buf) {
		jit_test_note("failed");
		return;
	}
	jit_test_result(jit_test_is_fresh(buf, 3 * PAGE_SIZE, true), "it is fresh");
	jit_test_result(jit_test_all_pages(buf, 3 * PAGE_SIZE, jit_test_is_data),
			"it is writable, not executable");
	jit_test_emit_const(buf, 4712);
	err = jit_text_restore_rox(buf);
	jit_test_note("%s", err ? "failed" : "succeeded");
	jit_test_result(!err || err == -ENOMEM, "the error is the documented one");
	if (err) {
		for (int i = 0; i < 3; i++) {
			struct jit_test_page page = jit_test_page(buf + i * PAGE_SIZE);

			jit_test_result(!page.writable || !page.executable,
					"page %d is not both", i);
		}
		err = jit_text_restore_rox(buf);
	}
	/* Tried again, it may fail again if so much is to fail. */
	if (!err)
		jit_test_result(jit_test_all_pages(buf, 3 * PAGE_SIZE,
						   jit_test_is_text) &&
				((jit_test_fn)buf)() == 4712, "it runs");
	jit_free(buf);
}

/* Allocated and written at once: both, or neither */
static void test_dup(void)
{
	u8 src[100], *buf;

	memset(src, 0xa5, sizeof(src));
	buf = jit_text_dup(JIT_BPF, src, sizeof(src));
	jit_test_note("%s", buf ? "succeeded" : "failed");
	if (!buf)
		return;
	jit_test_result(!memcmp(buf, src, sizeof(src)), "it is written");
	jit_test_result(jit_test_all_pages(buf, sizeof(src), jit_test_is_text),
			"it is protected");
	jit_free(buf);
}

static void test_many(void)
{
	struct block *blocks = kvcalloc(NR_SMALL, sizeof(*blocks), GFP_KERNEL);
	bool fresh = true;
	unsigned int i;

	if (!jit_test_result(blocks, "memory for the test"))
		return;
	for (i = 0; i < NR_SMALL; i++) {
		blocks[i].buf = jit_text_alloc(JIT_BPF, 1 + i % 60);
		if (!blocks[i].buf)
			break;
		fresh &= jit_test_is_fresh(blocks[i].buf, 1 + i % 60, true);
	}
	jit_test_note("%s", i == NR_SMALL ? "succeeded" : "failed");
	jit_test_result(fresh, "they are fresh");
	blocks_free(blocks, i);
	kvfree(blocks);
}

static void test_cache(void)
{
	struct jit_cache *cache = jit_cache_create(JIT_BPF);
	void *text = jit_cache_text_alloc(cache, 100);
	void *data = jit_cache_data_alloc(cache, 100);

	jit_test_note("%s", text && data ? "succeeded" : "failed");
	jit_test_result(cache || (!text && !data),
			"a cache that is not there gives nothing");
	if (text)
		jit_test_result(jit_test_is_fresh(text, 100, true),
				"its text is fresh");
	if (data)
		jit_test_result(jit_test_is_fresh(data, 100, false),
				"its data is fresh");
	jit_cache_destroy(cache);
}

/* Text of another test's, that is there before and after */
static u8 *kept;
static u8 bytes[LONG];

static void test_keep(void)
{
	kept = jit_text_alloc(JIT_BPF, LONG);
	jit_test_result(kept, "text to keep");
	memset(bytes, 0x5a, sizeof(bytes));
	jit_test_result(!jit_update_copy(kept, bytes, LONG), "it is written");
}

static void test_keep_no_more(void)
{
	jit_free(kept);
	kept = NULL;
}

/* All of it is written, or nothing is. */
static void updated(int err, size_t at, size_t len, u8 byte)
{
	jit_test_note("%s", err ? "failed" : "succeeded");
	jit_test_result(!err || err == -EBUSY, "the error is the documented one");
	if (!err)
		memset(bytes + at, byte, len);
	jit_test_result(!memcmp(kept, bytes, LONG), "nothing is written by halves");
}

static void test_update_copy(void)
{
	static u8 byte;
	u8 src[64];

	memset(src, ++byte, sizeof(src));
	updated(jit_update_copy(kept, src, sizeof(src)), 0, sizeof(src), byte);
}

static void test_update_inside(void)
{
	static u8 byte = 50;
	u8 src[64];

	memset(src, ++byte, sizeof(src));
	updated(jit_update_copy(kept + 1000, src, sizeof(src)), 1000,
		sizeof(src), byte);
}

static void test_update_set(void)
{
	static u8 byte = 100;

	byte++;
	updated(jit_update_set(kept, byte, 700), 0, 700, byte);
}

static void test_update_split(void)
{
	static u8 byte = 150;

	byte++;
	updated(jit_update_set(kept + 64, byte, LONG - 64), 64, LONG - 64, byte);
}

/* What is behind the write that fails is not done, what is before it is. */
static void test_update_batch(void)
{
	static u8 byte = 200;
	const size_t at[] = { 0, 500, 20 * SZ_1K, LONG - 64 };
	struct jit_update updates[ARRAY_SIZE(at)];
	bool is_behind = false, right = true;
	u8 src[64];
	int err, i;

	memset(src, ++byte, sizeof(src));
	for (i = 0; i < ARRAY_SIZE(at); i++)
		updates[i] = (struct jit_update){ kept + at[i], src, sizeof(src) };
	err = jit_update_batch(updates, ARRAY_SIZE(updates));
	jit_test_note("%s", err ? "failed" : "succeeded");
	jit_test_result(!err || err == -EBUSY, "the error is the documented one");
	for (i = 0; i < ARRAY_SIZE(at); i++) {
		bool is_done = !memcmp(kept + at[i], src, sizeof(src));

		right &= is_done ? !is_behind : !!err;
		is_behind |= !is_done;
		if (is_done)
			memset(bytes + at[i], byte, sizeof(src));
	}
	jit_test_result(right, "what is done is what comes first");
	jit_test_result(!memcmp(kept, bytes, LONG), "nothing is written by halves");
}

/* It has the name, or the one before. */
static void test_name(void)
{
	static char before[32];
	static unsigned int nr;
	char name[32], sym[KSYM_SYMBOL_LEN];
	int err = jit_text_name(kept, "fault_%u", ++nr);

	snprintf(name, sizeof(name), "fault_%u [jitalloc]", nr);
	jit_test_note("%s", err ? "failed" : "succeeded");
	jit_test_result(!err || err == -ENOMEM, "the error is the documented one");
	if (!err)
		strscpy(before, name);
	snprintf(sym, sizeof(sym), "%ps", kept);
	jit_test_result(!before[0] || !strncmp(sym, before, strcspn(before, " ")),
			"it has its name");
	if (before[0] && strncmp(sym, before, strcspn(before, " ")))
		jit_test_note("%s, not %s", sym, before);
}

/* An exception table, for which the text needs its name, or none */
static void test_extable(void)
{
	const struct jit_extable_entry entries[] = { { 64, 128 }, { 0, 32 } };
	const size_t room = JIT_EXTABLE_SIZE(ARRAY_SIZE(entries));
	int err = jit_text_extable(kept, entries, ARRAY_SIZE(entries));

	jit_test_note("%s", err ? "failed" : "succeeded");
	jit_test_result(!err || err == -ENOMEM || err == -EBUSY,
			"the error is the documented one");
	jit_test_result(!memcmp(kept, bytes, LONG - room), "nothing else is written");
	err = jit_text_extable(kept, entries, ARRAY_SIZE(entries));
	jit_test_result(err == -EEXIST || !err, "there is one, or none");
}

static void test_barrier(void)
{
	jit_free_barrier();
	jit_test_note("succeeded");
}

static void test_free(void)
{
	/* Of memory that was there before: an allocation is another test's. */
	void *buf = kept;

	jit_free(buf);
	kept = NULL;
	jit_test_note("succeeded");
}

/* --- what is looked at after each ------------------------------------------- */

static void test_works(void)
{
	u8 *text = jit_text_alloc(JIT_BPF, 200), *data = jit_data_alloc(JIT_BPF, 200);

	jit_test_result(text && runs(text, 4711), "text can be had, and works");
	jit_test_result(data && !memchr_inv(data, 0, 200), "data can be had");
	check_writer(false);
	jit_free(text);
	jit_free(data);
}

static void test_settle(void)
{
	jit_free_barrier();
}

static void test_empty(void)
{
	test_settle();
	jit_test_result(!held_bytes(), "nothing is held");
	check_writer(true);
}

/* That the look at the writer sees something */
static void test_sees(void)
{
	u8 *text = jit_text_alloc(JIT_BPF, 100);
	struct mappings found = look_at_writer();

	if (has_private_mm)
		jit_test_result(text && found.pages && !found.stale,
				"the writer's mapping of text is seen");
	/* What it is looked for by is another's, as if the text had gone. */
	writer_distance += SZ_1G;
	found = look_at_writer();
	writer_distance -= SZ_1G;
	if (has_private_mm)
		jit_test_result(found.stale == found.pages,
				"one of what is no text is seen, too");
	jit_free(text);
}

/* --- many operations, of which a part fails --------------------------------- */

#define NR_OPS		100000
#define NR_SLOTS	512
#define NR_CACHES	4

static struct block slots[NR_SLOTS];
static struct jit_cache *slot_caches[NR_SLOTS];
static struct jit_cache *caches[NR_CACHES];
static bool named[NR_SLOTS];

struct count {
	unsigned long allocs, updates, names, caches;
};

static struct count done, failed;
static unsigned long wrong;

static void forget_cache(struct jit_cache *cache)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++) {
		if (slots[i].buf && slot_caches[i] == cache) {
			wrong += !block_is_right(&slots[i], i);
			slots[i].buf = NULL;
		}
	}
	jit_cache_destroy(cache);
}

static void op_cache(u32 dice)
{
	struct jit_cache **cache = &caches[dice % NR_CACHES];

	if (*cache)
		forget_cache(*cache);
	*cache = jit_cache_create(dice & 64 ? JIT_BPF : JIT_KPROBES);
	done.caches++;
	failed.caches += !*cache;
}

/* Until there is a byte for each: it is written when it is new. */
static void op_alloc(unsigned int nr, u32 dice)
{
	struct block *slot = &slots[nr];
	struct jit_cache *cache = dice % 64 ? NULL : caches[dice / 64 % NR_CACHES];
	int tries;

	slot->text = dice & 0xc00;
	slot->len = 1 + (dice >> 11) % 1500;
	if (!(dice >> 11 & 1023))
		slot->len = SZ_2M + 1;
	slot_caches[nr] = cache;
	if (cache)
		slot->buf = slot->text ? jit_cache_text_alloc(cache, slot->len) :
					 jit_cache_data_alloc(cache, slot->len);
	else
		slot->buf = slot->text ? jit_text_alloc(JIT_BPF, slot->len) :
					 jit_data_alloc(JIT_BPF, slot->len);
	done.allocs++;
	failed.allocs += !slot->buf;
	if (!slot->buf)
		return;
	wrong += !jit_test_is_fresh(slot->buf, slot->len, slot->text);
	for (tries = 0; tries < 20 && !block_write(slot, nr); tries++)
		;
	named[nr] = false;
}

static void op_update(unsigned int nr)
{
	struct block *slot = &slots[nr];
	int err;

	if (!slot->text)
		return;
	err = jit_update_set(slot->buf, block_byte(nr), slot->len);
	wrong += err && err != -EBUSY;
	wrong += !block_is_right(slot, nr);
	done.updates++;
	failed.updates += !!err;
}

static void op_name(unsigned int nr)
{
	int err;

	if (!slots[nr].text)
		return;
	err = jit_text_name(slots[nr].buf, "slot_%u", nr);
	wrong += err && err != -ENOMEM;
	done.names++;
	failed.names += !!err;
	named[nr] |= !err;
	if (named[nr]) {
		char sym[KSYM_SYMBOL_LEN], name[16];

		snprintf(name, sizeof(name), "slot_%u", nr);
		snprintf(sym, sizeof(sym), "%ps", slots[nr].buf);
		wrong += !!strncmp(sym, name, strlen(name));
	}
}

static void test_churn(void)
{
	struct rnd_state rnd;
	unsigned int i;

	done = (struct count) { };
	failed = (struct count) { };
	wrong = 0;
	prandom_seed_state(&rnd, 20231109);
	for (i = 0; i < NR_OPS; i++) {
		u32 dice = prandom_u32_state(&rnd);
		unsigned int nr = dice % NR_SLOTS, what = (dice >> 9) % 1000;
		struct block *slot = &slots[nr];

		dice = prandom_u32_state(&rnd);
		if (what < 3) {
			op_cache(dice);
		} else if (!slot->buf) {
			op_alloc(nr, dice);
		} else if (what < 150) {
			wrong += !block_is_right(slot, nr);
			jit_free(slot->buf);
			slot->buf = NULL;
		} else if (what < 700) {
			op_name(nr);
		} else {
			op_update(nr);
		}
		if (!(i % 256))
			cond_resched_tasks_rcu_qs();
	}
	for (i = 0; i < NR_CACHES; i++) {
		if (caches[i])
			forget_cache(caches[i]);
		caches[i] = NULL;
	}
	for (i = 0; i < NR_SLOTS; i++) {
		wrong += slots[i].buf && !block_is_right(&slots[i], i);
		jit_free(slots[i].buf);
		slots[i].buf = NULL;
	}
	jit_test_figure("fault_operations", NR_OPS);
	jit_test_note("allocations %lu, failed %lu", done.allocs, failed.allocs);
	jit_test_note("updates %lu, failed %lu", done.updates, failed.updates);
	jit_test_note("names %lu, failed %lu", done.names, failed.names);
	jit_test_note("caches %lu, failed %lu", done.caches, failed.caches);
	jit_test_result(!wrong, "nothing is ever wrong");
	if (wrong)
		jit_test_note("%lu wrong", wrong);
	jit_test_result(failed.allocs && failed.updates && failed.names &&
			failed.caches, "of each some fail");
	jit_test_result(done.allocs > 2 * failed.allocs, "most do not");
}

const struct jit_test_case jit_test_cases[] = {
	{ "text", test_text },
	{ "text_of_modules", test_text_of_modules },
	{ "data", test_data },
	{ "text_pack", test_text_pack },
	{ "data_pack", test_data_pack },
	{ "text_own", test_text_own },
	{ "data_own", test_data_own },
	{ "text_rw", test_text_rw },
	{ "dup", test_dup },
	{ "many", test_many },
	{ "cache", test_cache },
	{ "keep", test_keep },
	{ "keep_no_more", test_keep_no_more },
	{ "update_copy", test_update_copy },
	{ "update_inside", test_update_inside },
	{ "update_set", test_update_set },
	{ "update_split", test_update_split },
	{ "update_batch", test_update_batch },
	{ "name", test_name },
	{ "extable", test_extable },
	{ "barrier", test_barrier },
	{ "free", test_free },
	{ "works", test_works },
	{ "settle", test_settle },
	{ "empty", test_empty },
	{ "sees", test_sees },
	{ "churn", test_churn },
	{ }
};

static int __init jit_test_faults_init(void)
{
	int err = has_private_mm ? register_kprobe(&map_probe) : 0;

	if (err)
		return err;
	err = jit_test_register();
	if (err && has_private_mm)
		unregister_kprobe(&map_probe);
	return err;
}
module_init(jit_test_faults_init);

static void __exit jit_test_faults_exit(void)
{
	jit_free(kept);
	jit_test_unregister();
	if (has_private_mm)
		unregister_kprobe(&map_probe);
}
module_exit(jit_test_faults_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Has steps of jitalloc fail");
MODULE_LICENSE("GPL");
