// SPDX-License-Identifier: GPL-2.0
/*
 * Makes entries of page tables wrong behind the allocator's back, one at a time,
 * and right again.
 */
#include <linux/jitalloc.h>

#include "jit_test.h"
#include "jit_test_arch.h"

/* Memory of each kind, with the rest of its pack: it is in the first page there. */
enum { SMALL, LARGE, PAGES, DATA, NR };

static struct {
	void *buf;
	void *start;
	size_t size;
	size_t pack;
} mem[NR] = {
	[SMALL] = { .size = 64, .pack = SZ_16K },
	[LARGE] = { .size = SZ_2M, .pack = SZ_2M },
	[PAGES] = { .size = SZ_2M + PAGE_SIZE, .pack = SZ_2M + PAGE_SIZE },
	[DATA] = { .size = SZ_2M + PAGE_SIZE, .pack = SZ_2M + PAGE_SIZE },
};

static u64 *wrong;
static u64 was;

static void test_make(void)
{
	bool got = true;
	int i;

	for (i = 0; i < NR; i++) {
		mem[i].buf = i == DATA ? jit_data_alloc(JIT_BPF, mem[i].size) :
					 jit_text_alloc(JIT_BPF, mem[i].size);
		mem[i].start = PTR_ALIGN_DOWN(mem[i].buf, PAGE_SIZE);
		got &= !!mem[i].buf;
	}
	jit_test_result(got, "memory of %d kinds", NR);
}

static const void *alias_of(const void *addr)
{
	struct page *page = vmalloc_to_page(addr);

	return page ? page_address(page) : NULL;
}

/* All pages that the entry is for, or that have their alias by it */
static unsigned int pages_by(const u64 *entry, bool is_alias)
{
	unsigned int nr = 0;
	size_t at;
	int i;

	for (i = 0; i < NR; i++)
		for (at = 0; at < mem[i].pack; at += PAGE_SIZE) {
			const void *addr = mem[i].start + at;

			nr += jit_test_entry(is_alias ? alias_of(addr) : addr) == entry;
		}
	return nr;
}

static void spoil(const void *addr, bool is_alias, u64 entry, bool matters)
{
	unsigned int pages;

	if (!jit_test_result(!wrong, "one at a time"))
		return;
	wrong = jit_test_entry(is_alias ? alias_of(addr) : addr);
	pages = pages_by(wrong, is_alias);
	was = READ_ONCE(*wrong);
	WRITE_ONCE(*wrong, entry);
	jit_test_result(pages && was != entry, "the entry is another");
	jit_test_figure("pages_wrong", matters ? pages : 0);
}

#define SPOIL(name, nr, is_alias, change, matters)			\
static void test_##name(void)						\
{									\
	const void *addr = mem[nr].start + mem[nr].pack - PAGE_SIZE;	\
									\
	spoil(addr, is_alias,						\
	      change(*jit_test_entry(is_alias ? alias_of(addr) : addr)),	\
	      matters);							\
}

SPOIL(small_writable, SMALL, false, JIT_TEST_ENTRY_WRITE, true)
SPOIL(large_writable, LARGE, false, JIT_TEST_ENTRY_WRITE, true)
SPOIL(page_writable, PAGES, false, JIT_TEST_ENTRY_WRITE, true)
SPOIL(page_noexec, PAGES, false, JIT_TEST_ENTRY_NOEXEC, true)
SPOIL(page_gone, PAGES, false, JIT_TEST_ENTRY_GONE, true)
SPOIL(alias_writable, PAGES, true, JIT_TEST_ENTRY_WRITE, true)
/* A table above may forbid it. */
SPOIL(alias_exec, PAGES, true, JIT_TEST_ENTRY_EXEC, !JIT_TEST_TABLES_NOEXEC)
SPOIL(data_exec, DATA, false, JIT_TEST_ENTRY_EXEC, true)
SPOIL(data_readonly, DATA, false, JIT_TEST_ENTRY_READ, true)

static void repair(void)
{
	if (wrong)
		WRITE_ONCE(*wrong, was);
	wrong = NULL;
}

static void test_repair(void)
{
	repair();
	jit_test_result(true, "the entry is what it was");
}

static void release(void)
{
	int i;

	repair();
	for (i = 0; i < NR; i++) {
		jit_free(mem[i].buf);
		mem[i].buf = NULL;
	}
	jit_free_barrier();
}

static void test_release(void)
{
	release();
	jit_test_result(true, "all is freed");
}

const struct jit_test_case jit_test_cases[] = {
	{ "make", test_make },
	{ "small_writable", test_small_writable },
	{ "large_writable", test_large_writable },
	{ "page_writable", test_page_writable },
	{ "page_noexec", test_page_noexec },
	{ "page_gone", test_page_gone },
	{ "alias_writable", test_alias_writable },
	{ "alias_exec", test_alias_exec },
	{ "data_exec", test_data_exec },
	{ "data_readonly", test_data_readonly },
	{ "repair", test_repair },
	{ "release", test_release },
	{ }
};

module_init(jit_test_register);

static void __exit jit_test_wrong_exit(void)
{
	release();
	jit_test_unregister();
}
module_exit(jit_test_wrong_exit);

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Makes page tables of jitalloc's memory wrong");
MODULE_LICENSE("GPL");
