/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests know about an architecture: how to write a function that
 * returns a constant, what traps, and what a page table entry says. Nothing
 * here comes from the module under test. Each architecture has a header with
 *
 *	JIT_TEST_INSN_ALIGN	what the length of an instruction is a multiple of
 *	JIT_TEST_FN_LEN		bytes of jit_test_emit_const()
 *	JIT_TEST_PAD_LEN	bytes of a landing pad
 *	JIT_TEST_REACH, jit_test_reaches()	how far code reaches, and which must
 *	JIT_TEST_LARGE		the level of a leaf for a large page
 *	JIT_TEST_LARGE_TEXT	whether text is on large pages where there is enough of it
 *	JIT_TEST_LARGE_AT_ONCE	whether even few texts share a large page, the kernel's
 *	JIT_TEST_WRITES_ATOMIC	where text may be written
 *	JIT_TEST_CHURNED_CACHES	caches that threads make, write to and destroy in 15 s, at least
 *	JIT_TEST_PIECE_FN, _OFFSET	where a write passes once for each piece
 *	jit_test_is_traps()	whether memory is full of traps
 *	jit_test_emit_*()	functions; those of the next two keep a frame pointer
 *	jit_test_emit_frame()	one that calls another
 *	jit_test_emit_fault()	one that reads where nothing is, at JIT_TEST_FAULT
 *	jit_test_return*()	goes on behind a function that has trapped
 *	jit_test_page()		what the page tables say
 *	jit_test_entry(), JIT_TEST_ENTRY_*()	changes that: on 64 bits only
 */
#ifndef _JIT_TEST_ARCH_H
#define _JIT_TEST_ARCH_H

#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/ptrace.h>
#include <linux/string.h>
#include <linux/unaligned.h>

/**
 * struct jit_test_page - permissions of one kernel address
 * @mapped: there is a translation
 * @writable: the kernel may write through it
 * @executable: the kernel may run it
 * @level: size of the leaf, as enum pg_level
 */
struct jit_test_page {
	bool mapped;
	bool writable;
	bool executable;
	unsigned int level;
};

#if defined(CONFIG_X86_64)
#include "jit_test_x86.h"
#elif defined(CONFIG_ARM64)
#include "jit_test_arm64.h"
#elif defined(CONFIG_ARM)
#include "jit_test_arm.h"
#else
#error "the tests do not know this architecture"
#endif

typedef u32 (*jit_test_fn)(void);

/* What nobody has written to: text full of traps, data full of zeroes */
static inline bool jit_test_is_fresh(const void *buf, size_t len, bool is_text)
{
	return is_text ? jit_test_is_traps(buf, len) : !memchr_inv(buf, 0, len);
}

/* Permissions of the linear alias of the page that @addr is mapped to */
static inline struct jit_test_page jit_test_alias(const void *addr)
{
	struct page *page = vmalloc_to_page(addr);

	return page ? jit_test_page(page_address(page)) :
		      (struct jit_test_page){ };
}

/* Published text, and a linear alias that nobody can write through */
static inline bool jit_test_is_text(const void *addr)
{
	struct jit_test_page page = jit_test_page(addr);

	return page.mapped && !page.writable && page.executable &&
	       !jit_test_alias(addr).writable;
}

static inline bool jit_test_is_data(const void *addr)
{
	struct jit_test_page page = jit_test_page(addr);

	return page.mapped && page.writable && !page.executable;
}

/* Whether @check holds for every page of [@buf, @buf + @len) */
static inline bool jit_test_all_pages(const void *buf, size_t len,
				      bool (*check)(const void *addr))
{
	const void *addr;

	for (addr = PTR_ALIGN_DOWN(buf, PAGE_SIZE); addr < buf + len;
	     addr += PAGE_SIZE)
		if (!check(addr))
			return false;
	return true;
}

#endif /* _JIT_TEST_ARCH_H */
