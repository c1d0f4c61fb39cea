/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests know about an architecture: how to write a function that
 * returns a constant, what traps, and what a page table entry says. Nothing
 * here comes from the module under test.
 */
#ifndef _JIT_TEST_ARCH_H
#define _JIT_TEST_ARCH_H

#include <linux/kdebug.h>
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

#ifdef CONFIG_X86_64

#include <asm/pgtable_types.h>

#define JIT_TEST_TRAP		0xcc	/* int3 */
#define JIT_TEST_FN_LEN		16
#define JIT_TEST_PAD_LEN	4	/* endbr64 */
/* What a 32 bit displacement reaches, less room for the function itself */
#define JIT_TEST_REACH		(SZ_2G - SZ_2M)

/* endbr64; mov $value, %eax; ret; int3... */
static inline void jit_test_emit_const(u8 *buf, u32 value)
{
	static const u8 endbr[] = { 0xf3, 0x0f, 0x1e, 0xfa };

	memset(buf, JIT_TEST_TRAP, JIT_TEST_FN_LEN);
	memcpy(buf, endbr, sizeof(endbr));
	buf[4] = 0xb8;
	put_unaligned_le32(value, buf + 5);
	buf[9] = 0xc3;
}

#define JIT_TEST_CALL_LEN	18
#define JIT_TEST_CALL_RET	13	/* where the call comes back to */

/* endbr64; sub $8, %rsp; call fn; add $8, %rsp; ret: to be run at @at */
static inline void jit_test_emit_call(u8 *buf, const void *at, void (*fn)(void))
{
	static const u8 code[JIT_TEST_CALL_LEN] = {
		0xf3, 0x0f, 0x1e, 0xfa,
		0x48, 0x83, 0xec, 0x08,
		0xe8, 0x00, 0x00, 0x00, 0x00,
		0x48, 0x83, 0xc4, 0x08,
		0xc3,
	};

	memcpy(buf, code, sizeof(code));
	put_unaligned_le32((void *)fn - (at + JIT_TEST_CALL_RET),
			   buf + JIT_TEST_CALL_RET - 4);
}

/* Leaves the same code when there is a trap where the call comes back to. */
static inline void jit_test_return_call(struct pt_regs *regs)
{
	regs->sp += 8;
	regs->ip = *(unsigned long *)regs->sp;
	regs->sp += sizeof(unsigned long);
}

/* Code without an end: what comes next is run as well */
static inline void jit_test_emit_nops(u8 *buf, size_t len)
{
	static const u8 endbr[] = { 0xf3, 0x0f, 0x1e, 0xfa };

	memset(buf, 0x90, len);
	memcpy(buf, endbr, sizeof(endbr));
}

static inline bool jit_test_is_trap(unsigned long event)
{
	return event == DIE_INT3;
}

/* The instruction that has trapped; the processor is behind it. */
static inline unsigned long jit_test_trap_address(const struct pt_regs *regs)
{
	return regs->ip - 1;
}

/* Goes on where the function that has trapped was called. */
static inline void jit_test_return(struct pt_regs *regs)
{
	regs->ip = *(unsigned long *)regs->sp;
	regs->sp += sizeof(unsigned long);
}

static inline struct jit_test_page jit_test_page(const void *addr)
{
	struct jit_test_page page = { };
	pte_t *pte = lookup_address((unsigned long)addr, &page.level);
	pteval_t flags;

	if (!pte)
		return page;
	flags = pte_flags(READ_ONCE(*pte));
	page.mapped = flags & _PAGE_PRESENT;
	page.writable = page.mapped && (flags & _PAGE_RW);
	page.executable = page.mapped && !(flags & _PAGE_NX);
	return page;
}

#else
#error "the tests do not know this architecture"
#endif

typedef u32 (*jit_test_fn)(void);

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
