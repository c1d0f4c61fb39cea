// SPDX-License-Identifier: GPL-2.0
/*
 * Mistakes with sizes, types, pointers, lengths, caches, and with what is gone.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "jit_test_mistake.h"

/* --- sizes ---------------------------------------------------------------- */

struct size_case {
	const char *name;
	size_t size;
	bool valid;
};

static const struct size_case sizes[] = {
	{ "0",				0,			false },
	{ "1",				1,			true },
	{ "a page less 1",		PAGE_SIZE - 1,		true },
	{ "a page",			PAGE_SIZE,		true },
	{ "a page and 1",		PAGE_SIZE + 1,		true },
	{ "2 MiB less 1",		SZ_2M - 1,		true },
	{ "2 MiB",			SZ_2M,			true },
	{ "2 MiB and 1",		SZ_2M + 1,		true },
#ifdef CONFIG_64BIT
	{ "4 GiB",			SZ_4G,			false },
	{ "4 GiB and 1",		SZ_4G + 1,		false },
	{ "16 TiB",			1UL << 44,		false },
	{ "128 TiB",			1UL << 47,		false },
	{ "INT_MAX pages and 1",	((size_t)INT_MAX + 1) * PAGE_SIZE, false },
	{ "UINT_MAX pages and 1",	((size_t)UINT_MAX + 1) * PAGE_SIZE, false },
#endif
	{ "LONG_MAX",			LONG_MAX,		false },
	{ "LONG_MAX and 1",		(size_t)LONG_MAX + 1,	false },
	{ "SIZE_MAX less 2 pages",	SIZE_MAX - 2 * PAGE_SIZE, false },
	{ "SIZE_MAX less a page",	SIZE_MAX - PAGE_SIZE,	false },
	{ "the last page boundary",	SIZE_MAX - PAGE_SIZE + 1, false },
	{ "the last page boundary and 1", SIZE_MAX - PAGE_SIZE + 2, false },
	{ "SIZE_MAX less 1",		SIZE_MAX - 1,		false },
	{ "SIZE_MAX",			SIZE_MAX,		false },
};

static bool try_size(bool is_text, size_t size, bool valid)
{
	u8 *buf = is_text ? jit_text_alloc(JIT_FTRACE, size) :
			    jit_data_alloc(JIT_FTRACE, size);
	bool right = !!buf == valid;

	if (buf)
		right &= is_text ? jit_test_is_traps(buf + size - 1, 1) :
				   buf[size - 1] == 0;
	jit_free(buf);
	return right;
}

static void bad_sizes(void)
{
	const struct jit_range *range =
		&jit_alloc_arch_params()->ranges[JIT_FTRACE];
	const size_t all = max(range->end - range->start,
			       range->fallback_end - range->fallback_start);
	/* All of a range never is free: modules are in it. */
	const struct size_case ranges[] = {
		{ "all of the range less a page", all - PAGE_SIZE, false },
		{ "all of the range less 1",	all - 1,	false },
		{ "all of the range",		all,		false },
		{ "all of the range and 1",	all + 1,	false },
		{ "all of the range and a page", all + PAGE_SIZE, false },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		CASE(SILENT, try_size(true, sizes[i].size, sizes[i].valid),
		     "size: text of %s", sizes[i].name);
		CASE(SILENT, try_size(false, sizes[i].size, sizes[i].valid),
		     "size: data of %s", sizes[i].name);
	}
	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		CASE(SILENT, try_size(true, ranges[i].size, false),
		     "size: text of %s", ranges[i].name);
		CASE(SILENT, try_size(false, ranges[i].size, false),
		     "size: data of %s", ranges[i].name);
	}
	jit_free_barrier();
}

/* --- types ---------------------------------------------------------------- */

static void bad_types(void)
{
	static const u8 bytes[64];
	static const struct {
		const char *name;
		int type;
	} types[] = {
		{ "JIT_TYPE_MAX",	JIT_TYPE_MAX },
		{ "JIT_TYPE_MAX and 1",	JIT_TYPE_MAX + 1 },
		{ "-1",			-1 },
		{ "128",		128 },
		{ "256",		256 },
		{ "65536",		65536 },
		{ "INT_MAX",		INT_MAX },
		{ "INT_MIN",		INT_MIN },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		enum jit_type type = types[i].type;

		CASE(WARNS, !jit_text_alloc(type, 64), "type: text of %s",
		     types[i].name);
		CASE(WARNS, !jit_text_dup(type, bytes, 64), "type: dup of %s",
		     types[i].name);
		CASE(WARNS, !jit_data_alloc(type, 64), "type: data of %s",
		     types[i].name);
	}
	CASE(WARNS, !jit_text_alloc(JIT_MODULES_DATA, 64),
	     "type: text of a type that is data");
	CASE(WARNS, !jit_text_dup(JIT_MODULES_DATA, bytes, 64),
	     "type: dup of a type that is data");
	CASE(WARNS, !jit_text_alloc(JIT_MODULES_DATA, PAGE_SIZE),
	     "type: a page of text of a type that is data");
}

/* --- pointers ------------------------------------------------------------- */

static u8 module_data[64] = { 1 };
static const u8 module_rodata[64] = { 1 };

struct pointer {
	const char *name;
	void *ptr;
};

/* Their mappings are their own: what is next to them is nobody's. */
#define OWN_LEN		(SZ_2M + PAGE_SIZE)

static u8 *own_text, *own_data;

/* The linear alias of a page; if it has none, what stands for the page there */
static void *alias_of(const void *buf)
{
	struct page *page = vmalloc_to_page(buf);

	return PageHighMem(page) ? page : page_address(page);
}

/* Pointers to nothing that the allocator has given out, and how many */
static int foreign(struct pointer *ptrs, void *stack, void *slab, void *vmem)
{
	const struct pointer all[] = {
		{ "1",				(void *)1 },
		{ "the first page",		(void *)PAGE_SIZE },
		{ "a user address",		(void *)0x400000 },
		{ "the last user page",		(void *)(TASK_SIZE_MAX - PAGE_SIZE) },
#ifdef CONFIG_64BIT
		{ "no canonical address",	(void *)(1UL << 63) },
#else
		{ "an odd user address",	(void *)0x400001 },
#endif
		{ "ERR_PTR(-ENOMEM)",		ERR_PTR(-ENOMEM) },
		{ "ERR_PTR(-1)",		ERR_PTR(-1) },
		{ "the last page",		(void *)-PAGE_SIZE },
		{ "the stack",			stack },
		{ "kmalloc memory",		slab },
		{ "vmalloc memory",		vmem },
		{ "the module's data",		module_data },
		{ "the module's constants",	(void *)module_rodata },
		{ "the module's text",		(void *)foreign },
		{ "the allocator's text",	(void *)jit_free },
		{ "the kernel's text",		(void *)vfree },
		{ "the linear alias of text",	alias_of(text) },
		{ "the linear alias of data",	alias_of(data) },
		{ "the start of the range",
		  (void *)jit_alloc_arch_params()->ranges[JIT_BPF].start },
		{ "the end of the range",
		  (void *)jit_alloc_arch_params()->ranges[JIT_BPF].end },
		{ "one before text",		own_text - 1 },
		{ "one before data",		own_data - 1 },
		{ "one past text",		own_text + OWN_LEN },
		{ "one past data",		own_data + OWN_LEN },
		{ "one past a small text",	small + SMALL_LEN },
	};

	memcpy(ptrs, all, sizeof(all));
	return ARRAY_SIZE(all);
}

static bool free_ignored(void *ptr)
{
	jit_free(ptr);
	return subjects_kept();
}

static bool copy_gives(void *dst, size_t len, int err)
{
	u8 src[64];
	int ret;

	memset(src, 0xf4, sizeof(src));
	ret = jit_update_copy(dst, src, len);
	if (ret != err)
		jit_test_note("jit_update_copy() gives %d, not %d", ret, err);
	return ret == err && subjects_kept();
}

static bool set_gives(void *dst, size_t len, int err)
{
	int ret = jit_update_set(dst, 0xf4, len);

	if (ret != err)
		jit_test_note("jit_update_set() gives %d, not %d", ret, err);
	return ret == err && subjects_kept();
}

static void bad_pointers(void)
{
	struct pointer ptrs[32];
	u64 stack = 1;
	u8 *slab = kmalloc(256, GFP_KERNEL);
	u8 *vmem = vmalloc(PAGE_SIZE);
	int nr, i;

	if (!slab || !vmem || !mistake_subjects_or_fail())
		goto out;
	own_text = jit_text_alloc(JIT_BPF, OWN_LEN);
	own_data = jit_data_alloc(JIT_BPF, OWN_LEN);
	CASE(SILENT, own_text && own_data, "memory that is nobody's neighbour");
	memset(slab, 0x90, 256);
	memset(vmem, 0x90, PAGE_SIZE);
	nr = foreign(ptrs, &stack, slab, vmem);

	for (i = 0; i < nr; i++) {
		CASE(WARNS, free_ignored(ptrs[i].ptr), "free: %s",
		     ptrs[i].name);
		CASE(SILENT, copy_gives(ptrs[i].ptr, 1, -EFAULT), "copy: to %s",
		     ptrs[i].name);
		CASE(SILENT, set_gives(ptrs[i].ptr, 1, -EFAULT), "set: at %s",
		     ptrs[i].name);
		CASE(SILENT, copy_gives(ptrs[i].ptr, 0, -EFAULT),
		     "copy: nothing to %s", ptrs[i].name);
	}
	CASE(SILENT, !memcmp(slab, before, 256) &&
	     !memchr_inv(vmem, 0x90, PAGE_SIZE) && stack == 1 &&
	     module_data[0] == 1,
	     "free, copy, set: foreign memory is as it was");
	CASE(SILENT, jit_test_is_traps(own_text, OWN_LEN) &&
	     !memchr_inv(own_data, 0, OWN_LEN),
	     "free, copy, set: so is what is next to it");
	jit_free(own_text);
	jit_free(own_data);

	CASE(SILENT, free_ignored(NULL), "free: NULL");
	CASE(SILENT, copy_gives(NULL, 1, -EINVAL), "copy: to NULL");
	CASE(SILENT, set_gives(NULL, 1, -EINVAL), "set: at NULL");
	CASE(SILENT, copy_gives(NULL, 0, -EINVAL), "copy: nothing to NULL");

	CASE(WARNS_OWNER, free_ignored(text + 1), "free: text and 1");
	CASE(WARNS_OWNER, free_ignored(text + 16), "free: text and 16");
	CASE(WARNS_OWNER, free_ignored(text + JIT_ALIGN),
	     "free: text and the alignment");
	CASE(WARNS_OWNER, free_ignored(text + PAGE_SIZE),
	     "free: text and a page");
	CASE(WARNS_OWNER, free_ignored(text + TEXT_LEN - 1),
	     "free: last byte of text");
	CASE(WARNS_OWNER, free_ignored(small + 1), "free: small text and 1");
	CASE(WARNS_OWNER, free_ignored(small + SMALL_LEN - 1),
	     "free: last byte of small text");
	CASE(WARNS_OWNER, free_ignored(data + 1), "free: data and 1");
	CASE(WARNS_OWNER, free_ignored(data + PAGE_SIZE),
	     "free: data and a page");
	CASE(WARNS_OWNER, free_ignored(data + TEXT_LEN - 1),
	     "free: last byte of data");
	CASE(SILENT, !jit_update_set(text, 0x90, TEXT_LEN) &&
	     !jit_update_set(small, 0x90, SMALL_LEN),
	     "free: what has been ignored is still live");
	subjects_free();
out:
	kfree(slab);
	vfree(vmem);
}

/* --- updates -------------------------------------------------------------- */

static void bad_updates(void)
{
	static const struct {
		const char *name;
		size_t off, len;
		int err;
	} rows[] = {
		{ "one too many",		0, TEXT_LEN + 1,	-ERANGE },
		{ "a page too many",		0, TEXT_LEN + PAGE_SIZE, -ERANGE },
		{ "the last and one more",	TEXT_LEN - 1, 2,	-ERANGE },
		{ "from the middle, all",	PAGE_SIZE, TEXT_LEN,	-ERANGE },
		{ "from 1, all",		1, TEXT_LEN,		-ERANGE },
		{ "LONG_MAX",			0, LONG_MAX,		-ERANGE },
		{ "LONG_MAX and 1",		0, (size_t)LONG_MAX + 1, -ERANGE },
		{ "SIZE_MAX less a page",	0, SIZE_MAX - PAGE_SIZE, -ERANGE },
		{ "SIZE_MAX",			0, SIZE_MAX,		-ERANGE },
		{ "SIZE_MAX from 1",		1, SIZE_MAX,		-ERANGE },
		{ "SIZE_MAX from the last",	TEXT_LEN - 1, SIZE_MAX,	-ERANGE },
#ifdef CONFIG_64BIT
		{ "4 GiB and 1",		0, SZ_4G + 1,		-ERANGE },
#endif
		{ "nothing",			0, 0,			0 },
		{ "nothing, in the middle",	PAGE_SIZE, 0,		0 },
		{ "nothing, at the last",	TEXT_LEN - 1, 0,	0 },
	};
	u8 src[64];
	int i;

	memset(src, 0xf4, sizeof(src));
	if (!mistake_subjects_or_fail())
		return;

	/* Refused before a byte of the source is read. */
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		CASE(SILENT, copy_gives(text + rows[i].off, rows[i].len,
					rows[i].err),
	     "copy: %s", rows[i].name);
		CASE(SILENT, set_gives(text + rows[i].off, rows[i].len,
				       rows[i].err),
	     "set: %s", rows[i].name);
	}
	/* To the end of what was asked for, not of what it takes */
	CASE(SILENT, copy_gives(small + SMALL_LEN - 1, 2, -ERANGE),
	     "copy: past a small text");
	CASE(SILENT, set_gives(small, SMALL_LEN + 1, -ERANGE),
	     "set: past a small text");
	CASE(SILENT, copy_gives(small + SMALL_LEN, 1, -EFAULT),
	     "copy: behind a small text");
	CASE(SILENT, set_gives(small + SMALL_LEN, 1, -EFAULT),
	     "set: behind a small text");

	CASE(SILENT, jit_update_copy(text, NULL, 1) == -EINVAL &&
	     subjects_kept(), "copy: from NULL");
	CASE(SILENT, jit_update_copy(text, NULL, 0) == -EINVAL &&
	     subjects_kept(), "copy: nothing from NULL");
	CASE(SILENT, jit_update_copy(text, NULL, SIZE_MAX) == -EINVAL &&
	     subjects_kept(), "copy: SIZE_MAX from NULL");
	CASE(SILENT, jit_update_copy(NULL, NULL, 1) == -EINVAL &&
	     subjects_kept(), "copy: from NULL to NULL");

	CASE(SILENT, copy_gives(data, 16, -EACCES), "copy: to data");
	CASE(SILENT, copy_gives(data, 0, -EACCES), "copy: nothing to data");
	CASE(SILENT, copy_gives(data + TEXT_LEN - 1, 1, -EACCES),
	     "copy: to the last byte of data");
	CASE(SILENT, copy_gives(data, SIZE_MAX, -EACCES),
	     "copy: SIZE_MAX to data");
	CASE(SILENT, set_gives(data, 16, -EACCES), "set: in data");
	CASE(SILENT, set_gives(data + PAGE_SIZE, PAGE_SIZE, -EACCES),
	     "set: a page of data");

	/* Not mistakes */
	CASE(SILENT, !jit_update_copy(text, text, TEXT_LEN) && subjects_kept(),
	     "copy: text to itself");
	CASE(SILENT, !jit_update_copy(text + TEXT_LEN - 1, before, 1) &&
	     subjects_kept(), "copy: the last byte");
	CASE(SILENT, !jit_update_copy(text, before, TEXT_LEN) &&
	     subjects_kept(), "copy: all of it");
	CASE(SILENT, !jit_update_copy(text, data, TEXT_LEN) &&
	     subjects_kept(), "copy: from data");
	CASE(SILENT, !jit_update_set(small, 0x90, SMALL_LEN) &&
	     subjects_kept(), "set: all of a small text");
	subjects_free();
}

/* --- what has been freed -------------------------------------------------- */

static void bad_lifetimes(void)
{
	u8 *again;

	if (!mistake_subjects_or_fail())
		return;

	/* Right after the free, while the memory waits for its grace period */
	again = jit_text_alloc(JIT_BPF, PAGE_SIZE);
	jit_free(again);
	CASE(WARNS, free_ignored(again), "freed: text a second time");
	CASE(WARNS, free_ignored(again), "freed: text a third time");
	CASE(WARNS, free_ignored(again + 1), "freed: inside text");
	CASE(SILENT, copy_gives(again, 1, -EFAULT), "freed: copy to text");
	CASE(SILENT, copy_gives(again, 0, -EFAULT),
	     "freed: copy nothing to text");
	CASE(SILENT, set_gives(again, 1, -EFAULT), "freed: set in text");

	again = jit_data_alloc(JIT_BPF, PAGE_SIZE);
	jit_free(again);
	CASE(WARNS, free_ignored(again), "freed: data a second time");
	CASE(WARNS, free_ignored(again + 1), "freed: inside data");
	CASE(SILENT, copy_gives(again, 1, -EFAULT), "freed: copy to data");

	/* After it */
	again = jit_text_alloc(JIT_BPF, PAGE_SIZE);
	jit_free(again);
	jit_free_barrier();
	CASE(WARNS, free_ignored(again), "gone: text a second time");
	CASE(WARNS, free_ignored(again + 1), "gone: inside text");
	CASE(SILENT, copy_gives(again, 1, -EFAULT), "gone: copy to text");
	CASE(SILENT, set_gives(again, 1, -EFAULT), "gone: set in text");

	again = jit_data_alloc(JIT_BPF, PAGE_SIZE);
	jit_free(again);
	jit_free_barrier();
	CASE(WARNS, free_ignored(again), "gone: data a second time");
	CASE(SILENT, copy_gives(again, 1, -EFAULT), "gone: copy to data");

	/* A barrier with nothing to wait for */
	CASE(SILENT, (jit_free_barrier(), true), "gone: a second barrier");
	CASE(SILENT, subjects_kept(), "gone: the others are as they were");
	subjects_free();
}

/* --- caches --------------------------------------------------------------- */

static bool destroy_ignored(void *cache)
{
	jit_cache_destroy(cache);
	return subjects_kept();
}

static void bad_caches(void)
{
	struct jit_cache *cache = jit_cache_create(JIT_BPF);
	struct jit_cache *other = jit_cache_create(JIT_MODULES_DATA);
	u8 *fn = jit_cache_text_alloc(cache, 100);
	u8 *var = jit_cache_data_alloc(other, 100);
	void *slab = kzalloc(SZ_1K, GFP_KERNEL);

	if (!slab || !mistake_subjects_or_fail())
		goto out;
	CASE(SILENT, cache && other && fn && var &&
	     !jit_update_set(fn, 0x90, 100), "caches to make mistakes with");

	CASE(WARNS, !jit_cache_create(JIT_TYPE_MAX), "cache: of JIT_TYPE_MAX");
	CASE(WARNS, !jit_cache_create(-1), "cache: of -1");
	CASE(WARNS, !jit_cache_create(256), "cache: of 256");
	CASE(WARNS, !jit_cache_text_alloc(other, 64),
	     "cache: text of a type that is data");
	CASE(SILENT, !jit_cache_text_alloc(NULL, 64), "cache: text of NULL");
	CASE(SILENT, !jit_cache_data_alloc(NULL, 64), "cache: data of NULL");
	CASE(SILENT, !jit_cache_text_alloc(cache, 0), "cache: text of 0 bytes");
	CASE(SILENT, !jit_cache_data_alloc(cache, 0), "cache: data of 0 bytes");
	CASE(SILENT, !jit_cache_text_alloc(cache, SIZE_MAX),
	     "cache: text of SIZE_MAX bytes");

	CASE(SILENT, destroy_ignored(NULL), "cache: destroy NULL");
	CASE(WARNS, destroy_ignored((void *)1), "cache: destroy 1");
	CASE(WARNS, destroy_ignored(ERR_PTR(-ENOMEM)),
	     "cache: destroy ERR_PTR(-ENOMEM)");
	CASE(WARNS, destroy_ignored(slab), "cache: destroy kmalloc memory");
	CASE(WARNS, destroy_ignored(text), "cache: destroy text");
	CASE(WARNS, destroy_ignored(fn), "cache: destroy its text");
	CASE(WARNS, destroy_ignored((u8 *)cache + 8), "cache: destroy cache and 8");

	CASE(WARNS_OWNER, free_ignored(fn + 1), "cache: free its text and 1");
	CASE(WARNS_OWNER, free_ignored(var + 99), "cache: free its data and 99");
	CASE(WARNS, free_ignored(cache), "cache: free the cache");
	CASE(SILENT, !memchr_inv(fn, 0x90, 100) && !memchr_inv(var, 0, 100),
	     "cache: its memory is as it was");
	CASE(SILENT, free_ignored(fn), "cache: free its text");
	CASE(WARNS, free_ignored(fn), "cache: free its text twice");

	CASE(SILENT, destroy_ignored(cache), "cache: destroy");
	CASE(WARNS, destroy_ignored(cache), "cache: destroy twice");
	jit_free_barrier();
	CASE(WARNS, destroy_ignored(cache),
	     "cache: destroy a third time, when it is gone");
	CASE(WARNS, free_ignored(fn), "cache: free text that has gone with it");
	CASE(SILENT, set_gives(fn, 1, -EFAULT),
	     "cache: set in text that has gone with it");
	CASE(SILENT, !memchr_inv(var, 0, 100), "cache: the other is still live");
	subjects_free();
	cache = NULL;
out:
	jit_cache_destroy(cache);
	jit_cache_destroy(other);
	jit_free_barrier();
	kfree(slab);
}

const struct jit_test_case jit_test_cases[] = {
	{ "sizes", bad_sizes },
	{ "types", bad_types },
	{ "pointers", bad_pointers },
	{ "updates", bad_updates },
	{ "lifetimes", bad_lifetimes },
	{ "caches", bad_caches },
	{ }
};

MODULE_AUTHOR("The jitalloc project");
MODULE_DESCRIPTION("Passes jitalloc what it must refuse");
MODULE_LICENSE("GPL");
