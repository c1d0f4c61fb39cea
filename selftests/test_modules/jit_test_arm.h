/* SPDX-License-Identifier: GPL-2.0 */
/* arm, 32 bit; what each of these is for, says jit_test_arch.h. */
#ifndef _JIT_TEST_ARM_H
#define _JIT_TEST_ARM_H

#include <linux/ptrace.h>
#include <linux/uaccess.h>

/* Which the kernel has on other architectures */
static inline unsigned long regs_get_kernel_argument(struct pt_regs *regs,
						     unsigned int n)
{
	return regs->uregs[n];
}

#define JIT_TEST_INSN_ALIGN	4
#define JIT_TEST_FN_LEN		16
#define JIT_TEST_PAD_LEN	4	/* nop: there are no landing pads */
#define JIT_TEST_LARGE		2
#define JIT_TEST_LARGE_TEXT	false
#define JIT_TEST_LARGE_AT_ONCE	false

/* The kernel has veneers for what a branch does not reach. */
#define JIT_TEST_REACH		SZ_2G
static inline bool jit_test_reaches(unsigned int a, unsigned int b)
{
	return false;
}

/* The other CPUs are told of a write by an interrupt. */
#define JIT_TEST_WRITES_ATOMIC	false
/* Grace periods take longer where tasks are not preempted. */
#define JIT_TEST_CHURNED_CACHES	16
/* Behind its first instruction, which cannot be probed: it reads a coprocessor. */
#define JIT_TEST_PIECE_FN	"v7_coherent_user_range"
#define JIT_TEST_PIECE_OFFSET	4
#define JIT_TEST_MIDDLE_FN	JIT_TEST_PIECE_FN

/* What a fault says of itself: the fault status register */
#define JIT_TEST_NO_PAGE_FETCH	"80000007"
#define JIT_TEST_NO_PAGE_READ	"7"
#define JIT_TEST_NO_PAGE_WRITE	"807"
#define JIT_TEST_PROT_WRITE	"80f"
#define JIT_TEST_PROT_FETCH	"8000000[df]"

#define JIT_TEST_NOP		0xe320f000u
#define JIT_TEST_UDF		0xe7fddef1u	/* udf #0xdde1 */
#define JIT_TEST_BX_LR		0xe12fff1eu

/* udf, in each word, wherever @buf begins */
static inline bool jit_test_is_traps(const void *buf, size_t len)
{
	static const u8 udf[] = { 0xf1, 0xde, 0xfd, 0xe7 };
	const u8 *bytes = buf;
	size_t i;

	for (i = 0; i < len; i++)
		if (bytes[i] != udf[(unsigned long)(bytes + i) % sizeof(udf)])
			return false;
	return true;
}

static inline void jit_test_put(u8 *buf, unsigned int nr, u32 insn)
{
	put_unaligned_le32(insn, buf + 4 * nr);
}

/* movw or movt of 16 bits to a register */
static inline u32 jit_test_mov(u32 op, unsigned int reg, u32 half)
{
	return op | (half & 0xf000) << 4 | reg << 12 | (half & 0xfff);
}

/* movw r0, #lo; movt r0, #hi; bx lr; udf */
static inline void jit_test_emit_const(u8 *buf, u32 value)
{
	jit_test_put(buf, 0, jit_test_mov(0xe3000000, 0, value & 0xffff));
	jit_test_put(buf, 1, jit_test_mov(0xe3400000, 0, value >> 16));
	jit_test_put(buf, 2, JIT_TEST_BX_LR);
	jit_test_put(buf, 3, JIT_TEST_UDF);
}

#define JIT_TEST_CALL_LEN	20
#define JIT_TEST_CALL_RET	16	/* where the call comes back to */

/* push {r4, lr}; movw r4, #lo; movt r4, #hi; blx r4; pop {r4, pc} */
static inline void jit_test_emit_call(u8 *buf, const void *at, void (*fn)(void))
{
	u32 to = (u32)fn;

	jit_test_put(buf, 0, 0xe92d4010);
	jit_test_put(buf, 1, jit_test_mov(0xe3000000, 4, to & 0xffff));
	jit_test_put(buf, 2, jit_test_mov(0xe3400000, 4, to >> 16));
	jit_test_put(buf, 3, 0xe12fff34);
	jit_test_put(buf, 4, 0xe8bd8010);
}

/* Leaves the same code when there is a trap where the call comes back to. */
static inline void jit_test_return_call(struct pt_regs *regs)
{
	const u32 *frame = (const u32 *)regs->ARM_sp;

	regs->ARM_r4 = frame[0];
	regs->ARM_pc = frame[1];
	regs->ARM_sp += 8;
}

#define JIT_TEST_FRAME_LEN	JIT_TEST_CALL_LEN
#define jit_test_emit_frame	jit_test_emit_call

#define JIT_TEST_FAULT_LEN	20
#define JIT_TEST_FAULT		12

/* push {r4, lr}; mov r4, #0; ldr r4, [r4]; pop {r4, pc} */
static inline void jit_test_emit_fault(u8 *buf)
{
	jit_test_put(buf, 0, JIT_TEST_NOP);
	jit_test_put(buf, 1, 0xe92d4010);
	jit_test_put(buf, 2, 0xe3a04000);
	jit_test_put(buf, 3, 0xe5944000);
	jit_test_put(buf, 4, 0xe8bd8010);
}

/* Code without an end: what comes next is run as well */
static inline void jit_test_emit_nops(u8 *buf, size_t len)
{
	size_t i;

	for (i = 0; i < len / 4; i++)
		jit_test_put(buf, i, JIT_TEST_NOP);
}

/* Goes on where the function that has trapped was called. */
static inline void jit_test_return(struct pt_regs *regs)
{
	regs->ARM_pc = regs->ARM_lr;
}

/*
 * Every address space has the kernel's entries, as soon as they have been used
 * in it. A large page is a section, of 1 MiB.
 */
static inline struct jit_test_page jit_test_page(const void *at)
{
	unsigned long addr = (unsigned long)at;
	struct jit_test_page page = { };
	pmd_t *pmd, entry;
	pte_t *pte;
	u8 byte;

	if (addr < TASK_SIZE || copy_from_kernel_nofault(&byte, at, 1))
		return page;
	pmd = pmd_offset(pud_offset(p4d_offset(pgd_offset_pgd(cpu_get_pgd(), addr),
					       addr), addr), addr);
	entry = pmd[addr >> SECTION_SHIFT & 1];
	if (pmd_leaf(entry)) {
		page.mapped = true;
		page.writable = !(pmd_val(entry) & PMD_SECT_APX);
		page.executable = !(pmd_val(entry) & PMD_SECT_XN);
		page.level = JIT_TEST_LARGE;
		return page;
	}
	pte = pte_offset_kernel(pmd, addr);
	page.mapped = pte_present(READ_ONCE(*pte));
	page.writable = page.mapped && pte_write(READ_ONCE(*pte));
	page.executable = page.mapped && !(pte_val(READ_ONCE(*pte)) & L_PTE_XN);
	page.level = 1;
	return page;
}

static inline bool jit_test_is_wx(pgprot_t prot)
{
	return !(pgprot_val(prot) & (L_PTE_RDONLY | L_PTE_XN));
}

#endif /* _JIT_TEST_ARM_H */
