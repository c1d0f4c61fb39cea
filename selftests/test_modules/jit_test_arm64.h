/* SPDX-License-Identifier: GPL-2.0 */
/* arm64; what each of these is for, says jit_test_arch.h. */
#ifndef _JIT_TEST_ARM64_H
#define _JIT_TEST_ARM64_H

#include <linux/jitalloc.h>
#include <linux/pfn.h>
#include <asm/sysreg.h>

#define JIT_TEST_INSN_ALIGN	4
#define JIT_TEST_FN_LEN		16
#define JIT_TEST_PAD_LEN	4	/* bti c */
#define JIT_TEST_LARGE		2
#define JIT_TEST_LARGE_TEXT	true
#define JIT_TEST_LARGE_AT_ONCE	false

/* What adrp reaches, less room for the function itself */
#define JIT_TEST_REACH		(SZ_4G - SZ_2M)
/* Kprobes and BPF are anywhere in vmalloc memory, and call by absolute addresses. */
static inline bool jit_test_reaches(unsigned int a, unsigned int b)
{
	return a != JIT_KPROBES && a != JIT_BPF && b != JIT_KPROBES &&
	       b != JIT_BPF;
}

/* The other CPUs are told of a write by an interrupt. */
#define JIT_TEST_WRITES_ATOMIC	false
#define JIT_TEST_CHURNED_CACHES	100
#define JIT_TEST_PIECE_FN	"caches_clean_inval_pou"
#define JIT_TEST_PIECE_OFFSET	0
#define JIT_TEST_MIDDLE_FN	"caches_clean_inval_pou"

/* What a fault says of itself: exception class and status, of any level */
#define JIT_TEST_NO_PAGE_FETCH	"0x000000008600000[4-7]"
#define JIT_TEST_NO_PAGE_READ	"0x000000009600000[4-7]"
#define JIT_TEST_NO_PAGE_WRITE	"0x000000009600004[4-7]"
#define JIT_TEST_PROT_WRITE	"0x000000009600004[def]"
#define JIT_TEST_PROT_FETCH	"0x000000008600000[def]"

#define JIT_TEST_BTI_C		0xd503245fu
#define JIT_TEST_BRK		0xd4202000u	/* brk #0x100 */
#define JIT_TEST_RET		0xd65f03c0u

/* brk, in each word, wherever @buf begins */
static inline bool jit_test_is_traps(const void *buf, size_t len)
{
	static const u8 brk[] = { 0x00, 0x20, 0x20, 0xd4 };
	const u8 *bytes = buf;
	size_t i;

	for (i = 0; i < len; i++)
		if (bytes[i] != brk[(unsigned long)(bytes + i) % sizeof(brk)])
			return false;
	return true;
}

/* movz or movk of 16 bits of @value to x@reg */
static inline u32 jit_test_mov(unsigned int reg, u64 value, unsigned int shift)
{
	return (shift ? 0xf2800000u : 0xd2800000u) | (shift / 16) << 21 |
	       (u32)(value >> shift & 0xffff) << 5 | reg;
}

static inline void jit_test_put(u8 *buf, unsigned int nr, u32 insn)
{
	put_unaligned_le32(insn, buf + 4 * nr);
}

/* bti c; movz x0, #lo; movk x0, #hi, lsl #16; ret */
static inline void jit_test_emit_const(u8 *buf, u32 value)
{
	jit_test_put(buf, 0, JIT_TEST_BTI_C);
	jit_test_put(buf, 1, jit_test_mov(0, value, 0));
	jit_test_put(buf, 2, jit_test_mov(0, value, 16));
	jit_test_put(buf, 3, JIT_TEST_RET);
}

#define JIT_TEST_CALL_LEN	40
#define JIT_TEST_CALL_RET	32	/* where the call comes back to */

/* As a function that calls @fn, to be run anywhere */
static inline void jit_test_emit_call(u8 *buf, const void *at, void (*fn)(void))
{
	u64 to = (unsigned long)fn;
	int i;

	jit_test_put(buf, 0, JIT_TEST_BTI_C);
	jit_test_put(buf, 1, 0xa9bf7bfd);	/* stp x29, x30, [sp, #-16]! */
	jit_test_put(buf, 2, 0x910003fd);	/* mov x29, sp */
	for (i = 0; i < 4; i++)
		jit_test_put(buf, 3 + i, jit_test_mov(16, to, 16 * i));
	jit_test_put(buf, 7, 0xd63f0200);	/* blr x16 */
	jit_test_put(buf, 8, 0xa8c17bfd);	/* ldp x29, x30, [sp], #16 */
	jit_test_put(buf, 9, JIT_TEST_RET);
}

/* Leaves the same code when there is a trap where the call comes back to. */
static inline void jit_test_return_call(struct pt_regs *regs)
{
	const u64 *frame = (const u64 *)regs->sp;

	regs->regs[29] = frame[0];
	regs->regs[30] = frame[1];
	regs->sp += 16;
	regs->pc = regs->regs[30];
}

/* It has a frame. */
#define JIT_TEST_FRAME_LEN	JIT_TEST_CALL_LEN
#define jit_test_emit_frame	jit_test_emit_call

#define JIT_TEST_FAULT_LEN	28
#define JIT_TEST_FAULT		16

static inline void jit_test_emit_fault(u8 *buf)
{
	jit_test_put(buf, 0, JIT_TEST_BTI_C);
	jit_test_put(buf, 1, 0xa9bf7bfd);	/* stp x29, x30, [sp, #-16]! */
	jit_test_put(buf, 2, 0x910003fd);	/* mov x29, sp */
	jit_test_put(buf, 3, jit_test_mov(0, 0, 0));
	jit_test_put(buf, 4, 0xf9400000);	/* ldr x0, [x0] */
	jit_test_put(buf, 5, 0xa8c17bfd);	/* ldp x29, x30, [sp], #16 */
	jit_test_put(buf, 6, JIT_TEST_RET);
}

/* Code without an end: what comes next is run as well */
static inline void jit_test_emit_nops(u8 *buf, size_t len)
{
	size_t i;

	for (i = 0; i < len / 4; i++)
		jit_test_put(buf, i, i ? 0xd503201f : JIT_TEST_BTI_C);
}

/* Goes on where the function that has trapped was called. */
static inline void jit_test_return(struct pt_regs *regs)
{
	regs->pc = regs->regs[30];
}

/*
 * The kernel's table is that of TTBR1. Its address is physical, and the linear
 * map has it. It begins with a page, and that is where pgd_offset_pgd() counts
 * from; with 52-bit addresses the register may point into it, and has the top
 * bits of the address in bits 2 to 5.
 */
static inline pgd_t *jit_test_pgd(unsigned long addr)
{
	u64 ttbr = read_sysreg(ttbr1_el1);
	phys_addr_t table = ttbr & GENMASK_ULL(47, PAGE_SHIFT);

	if (IS_ENABLED(CONFIG_ARM64_PA_BITS_52))
		table |= (ttbr & GENMASK_ULL(5, 2)) << 46;
	return pgd_offset_pgd((pgd_t *)phys_to_virt(table), addr);
}

static inline struct jit_test_page jit_test_leaf(u64 entry, unsigned int level)
{
	return (struct jit_test_page) {
		.mapped = entry & PTE_VALID,
		/* With PTE_DBM the hardware makes it writable when asked. */
		.writable = !(entry & PTE_RDONLY) || entry & PTE_DBM,
		.executable = !(entry & PTE_PXN),
		.level = level,
	};
}

static inline struct jit_test_page jit_test_page(const void *at)
{
	unsigned long addr = (unsigned long)at;
	struct jit_test_page page = { };
	pgd_t *pgd = jit_test_pgd(addr);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pte_t *pte;

	if (pgd_none(READ_ONCE(*pgd)))
		return page;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(READ_ONCE(*p4d)))
		return page;
	pud = pud_offset(p4d, addr);
	if (pud_none(READ_ONCE(*pud)))
		return page;
	if (pud_leaf(READ_ONCE(*pud)))
		return jit_test_leaf(pud_val(READ_ONCE(*pud)), 3);
	pmd = pmd_offset(pud, addr);
	if (pmd_none(READ_ONCE(*pmd)))
		return page;
	if (pmd_leaf(READ_ONCE(*pmd)))
		return jit_test_leaf(pmd_val(READ_ONCE(*pmd)), JIT_TEST_LARGE);
	pte = pte_offset_kernel(pmd, addr);
	if (!(pte_val(READ_ONCE(*pte)) & PTE_VALID))
		return page;
	return jit_test_leaf(pte_val(READ_ONCE(*pte)), 1);
}

/* The entry of the leaf that maps @addr, and what makes it another */
static inline u64 *jit_test_entry(const void *at)
{
	unsigned long addr = (unsigned long)at;
	pud_t *pud = pud_offset(p4d_offset(jit_test_pgd(addr), addr), addr);
	pmd_t *pmd;

	if (pud_leaf(READ_ONCE(*pud)))
		return &pud_val(*pud);
	pmd = pmd_offset(pud, addr);
	if (pmd_leaf(READ_ONCE(*pmd)))
		return &pmd_val(*pmd);
	return &pte_val(*pte_offset_kernel(pmd, addr));
}

/* Those of the linear map have PMD_TABLE_PXN. */
#define JIT_TEST_TABLES_NOEXEC		true
#define JIT_TEST_ENTRY_WRITE(entry)	(((entry) & ~PTE_RDONLY) | PTE_WRITE)
#define JIT_TEST_ENTRY_READ(entry)	(((entry) & ~PTE_WRITE) | PTE_RDONLY)
#define JIT_TEST_ENTRY_EXEC(entry)	((entry) & ~PTE_PXN)
#define JIT_TEST_ENTRY_NOEXEC(entry)	((entry) | PTE_PXN)
#define JIT_TEST_ENTRY_GONE(entry)	((entry) & ~PTE_VALID)

static inline bool jit_test_is_wx(pgprot_t prot)
{
	struct jit_test_page page = jit_test_leaf(pgprot_val(prot), 1);

	return page.writable && page.executable;
}

#endif /* _JIT_TEST_ARM64_H */
