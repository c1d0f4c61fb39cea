/* SPDX-License-Identifier: GPL-2.0 */
/* x86-64; what each of these is for, says jit_test_arch.h. */
#ifndef _JIT_TEST_X86_H
#define _JIT_TEST_X86_H

#include <asm/pgtable_types.h>

#define JIT_TEST_INSN_ALIGN	1
#define JIT_TEST_LARGE		PG_LEVEL_2M
#define JIT_TEST_LARGE_TEXT	true
#define JIT_TEST_LARGE_AT_ONCE	true
#define JIT_TEST_FN_LEN		16
#define JIT_TEST_PAD_LEN	4	/* endbr64 */
/* What a 32 bit displacement reaches, less room for the function itself */
#define JIT_TEST_REACH		(SZ_2G - SZ_2M)
/* Whether code of type @a reaches what belongs to type @b, or to the kernel */
static inline bool jit_test_reaches(unsigned int a, unsigned int b)
{
	return true;
}

/* Text may be written where interrupts are off, or in one. */
#define JIT_TEST_WRITES_ATOMIC	true
#define JIT_TEST_CHURNED_CACHES	100
/* Called once for each piece of a write, and in the middle of one */
#define JIT_TEST_PIECE_FN	"use_temporary_mm"
#define JIT_TEST_PIECE_OFFSET	0
#define JIT_TEST_MIDDLE_FN	"unuse_temporary_mm"

/* What a fault says of itself: in a line of the report */
#define JIT_TEST_NO_PAGE_FETCH	"0x0010"
#define JIT_TEST_NO_PAGE_READ	"0x0000"
#define JIT_TEST_NO_PAGE_WRITE	"0x0002"
#define JIT_TEST_PROT_WRITE	"0x0003"
#define JIT_TEST_PROT_FETCH	"0x0011"

/* int3, in each byte */
static inline bool jit_test_is_traps(const void *buf, size_t len)
{
	return !memchr_inv(buf, 0xcc, len);
}

/* endbr64; mov $value, %eax; ret; int3... */
static inline void jit_test_emit_const(u8 *buf, u32 value)
{
	static const u8 endbr[] = { 0xf3, 0x0f, 0x1e, 0xfa };

	memset(buf, 0xcc, JIT_TEST_FN_LEN);
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

#define JIT_TEST_FRAME_LEN	15

/* endbr64; push %rbp; mov %rsp, %rbp; call fn; pop %rbp; ret: to be run at @at */
static inline void jit_test_emit_frame(u8 *buf, const void *at, void (*fn)(void))
{
	static const u8 code[JIT_TEST_FRAME_LEN] = {
		0xf3, 0x0f, 0x1e, 0xfa,
		0x55,
		0x48, 0x89, 0xe5,
		0xe8, 0x00, 0x00, 0x00, 0x00,
		0x5d,
		0xc3,
	};
	void *to = fn;

	/* Nobody calls what is a few bytes before it. */
	OPTIMIZER_HIDE_VAR(to);
	memcpy(buf, code, sizeof(code));
	put_unaligned_le32(to - (at + 13), buf + 9);
}

#define JIT_TEST_FAULT_LEN	14
#define JIT_TEST_FAULT		10

/* endbr64; push %rbp; mov %rsp, %rbp; xor %eax, %eax; mov (%rax), %eax; pop %rbp; ret */
static inline void jit_test_emit_fault(u8 *buf)
{
	static const u8 code[JIT_TEST_FAULT_LEN] = {
		0xf3, 0x0f, 0x1e, 0xfa,
		0x55,
		0x48, 0x89, 0xe5,
		0x31, 0xc0,
		0x8b, 0x00,
		0x5d,
		0xc3,
	};

	memcpy(buf, code, sizeof(code));
}

/* Code without an end: what comes next is run as well */
static inline void jit_test_emit_nops(u8 *buf, size_t len)
{
	static const u8 endbr[] = { 0xf3, 0x0f, 0x1e, 0xfa };

	memset(buf, 0x90, len);
	memcpy(buf, endbr, sizeof(endbr));
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

/* The entry of the leaf that maps @addr, and what makes it another */
static inline u64 *jit_test_entry(const void *addr)
{
	unsigned int level;

	return (u64 *)lookup_address((unsigned long)addr, &level);
}

#define JIT_TEST_TABLES_NOEXEC		false
#define JIT_TEST_ENTRY_WRITE(entry)	((entry) | _PAGE_RW)
#define JIT_TEST_ENTRY_READ(entry)	((entry) & ~(u64)_PAGE_RW)
#define JIT_TEST_ENTRY_EXEC(entry)	((entry) & ~(u64)_PAGE_NX)
#define JIT_TEST_ENTRY_NOEXEC(entry)	((entry) | _PAGE_NX)
#define JIT_TEST_ENTRY_GONE(entry)	((entry) & ~(u64)_PAGE_PRESENT)

static inline bool jit_test_is_wx(pgprot_t prot)
{
	return pgprot_val(prot) & _PAGE_RW && !(pgprot_val(prot) & _PAGE_NX);
}

#endif /* _JIT_TEST_X86_H */
