/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86-64; what each of these is for, says <linux/jit_emit.h>.
 *
 * How this kernel returns, and how it calls through a register, depends on the
 * processor, on how it was booted, and on whose code it is. What decides it is not
 * exported, nor are all of the thunks. But the kernel rewrites every return and
 * every retpoline of a module when it loads it. So here is one of each, that is
 * never run: what has become of it is what code has to do.
 */
#ifndef _LINUX_JIT_EMIT_X86_H
#define _LINUX_JIT_EMIT_X86_H

/* r11, which no calling convention of the kernel has a use for */
#define JIT_EMIT_SCRATCH	11

/* As in <asm/cfi.h>, which not every kernel has */
#if defined(CONFIG_CFI) && defined(CONFIG_CALL_PADDING)
#define JIT_EMIT_CFI_SIZE	(CONFIG_FUNCTION_PADDING_CFI + 5)
#elif defined(CONFIG_CFI)
#define JIT_EMIT_CFI_SIZE	5
#else
#define JIT_EMIT_CFI_SIZE	0
#endif

/*
 * Where the branches are: two registers have a cache line, of which the first half
 * has all of them, a call at 0 and a jump at 10. With indirect target selection
 * only those of the first half get a thunk, and generated code can be in either.
 * Nobody branches by rsp; where it would be is a return.
 */
#define __JIT_EMIT_SITE(reg)	((reg) / 2 * 64 + (reg) % 2 * 16)
#define __JIT_EMIT_SITE_JUMP	10
#define __JIT_EMIT_RSP		4

#ifdef __KERNEL__

#include <linux/compiler.h>
#include <linux/linkage.h>
#include <linux/objtool.h>

/*
 * The prefix makes room for a longer instruction, as in what compilers write. What
 * is not a retpoline is not rewritten, and is as long with what is behind it.
 */
#ifdef CONFIG_MITIGATION_RETPOLINE
#define __JIT_EMIT_CS		".byte 0x2e\n"
#define __JIT_EMIT_CALL(reg)	"call __x86_indirect_thunk_" reg "\n"
#define __JIT_EMIT_JUMP(reg)	"jmp __x86_indirect_thunk_" reg "\n"
#else
#define __JIT_EMIT_CS		""
#define __JIT_EMIT_CALL(reg)	"call *%%" reg "\nnop\nnop\nnop\n"
#define __JIT_EMIT_JUMP(reg)	"jmp *%%" reg "\nint3\nint3\nint3\n"
#endif

#define __JIT_EMIT_BRANCHES(align, cs, reg)				\
	".balign " align "\n" cs __JIT_EMIT_CALL(reg)			\
	".balign 8\njc 771f\n" cs __JIT_EMIT_JUMP(reg) "771:\n"

#define __JIT_EMIT_LINE(cs, reg, next)					\
	__JIT_EMIT_BRANCHES("64", cs, reg) __JIT_EMIT_BRANCHES("16", cs, next)

/* The branches of this file; there are none if it asks for none. */
static noinline __maybe_unused const u8 *__jit_emit_sites(void)
{
	const u8 *sites;

	asm(".pushsection .text, 1\n"
	    ".balign 64, 0xcc\n"
	    ".type jit_emit_sites_%=, @function\n"
	    "jit_emit_sites_%=:\n"
	    ANNOTATE_NOENDBR "\n"
	    __JIT_EMIT_LINE("", "rax", "rcx")
	    __JIT_EMIT_LINE("", "rdx", "rbx")
	    ".balign 64\njc 771f\n.balign 8\n" ASM_RET "\n771:\n"
	    __JIT_EMIT_BRANCHES("16", "", "rbp")
	    __JIT_EMIT_LINE("", "rsi", "rdi")
	    __JIT_EMIT_LINE(__JIT_EMIT_CS, "r8", "r9")
	    __JIT_EMIT_LINE(__JIT_EMIT_CS, "r10", "r11")
	    __JIT_EMIT_LINE(__JIT_EMIT_CS, "r12", "r13")
	    __JIT_EMIT_LINE(__JIT_EMIT_CS, "r14", "r15")
	    ASM_RET "\n"
	    ".size jit_emit_sites_%=, . - jit_emit_sites_%=\n"
	    ".popsection\n"
	    "lea jit_emit_sites_%=(%%rip), %0"
	    : "=r" (sites));
	return sites;
}

#else /* __KERNEL__ */

/* In user space, the program says what a kernel would have made. */
const u8 *__jit_emit_sites(void);

#endif /* __KERNEL__ */

/* 32 bits of bytes, from the next instruction on */
static inline bool jit_in_reach(const void *from, const void *to)
{
	long distance = (unsigned long)to - ((unsigned long)from + 5);

	return distance == (int)distance;
}

/* A call, e8, or a jump, e9 */
static inline void __jit_emit_direct(struct jit_emit *e, u8 opcode, const void *to)
{
	int distance;

#ifdef __KERNEL__
	/* Not a function that begins in front of another, for objtool */
	OPTIMIZER_HIDE_VAR(to);
#endif
	if (e->addr && !jit_in_reach(jit_emit_here(e), to))
		jit_emit_fail(e, -ERANGE);
	distance = (unsigned long)to - ((unsigned long)jit_emit_here(e) + 5);
	jit_emit_put(e, &opcode, sizeof(opcode));
	jit_emit_put(e, &distance, sizeof(distance));
}

/* Whether there is a direct branch, and where it goes */
static inline const void *__jit_emit_target(const u8 *insn)
{
	int distance;

	if (*insn != 0xe8 && *insn != 0xe9)
		return NULL;
	memcpy(&distance, insn + 1, sizeof(distance));
	return insn + 5 + distance;
}

static inline void jit_emit_entry(struct jit_emit *e)
{
#ifdef CONFIG_X86_KERNEL_IBT
	/* endbr64, which as a constant would be a landing pad in our own code */
	u32 insn = ~0xfa1e0ff3;

#ifdef __KERNEL__
	OPTIMIZER_HIDE_VAR(insn);
#endif
	insn = ~insn;
	jit_emit_put(e, &insn, sizeof(insn));
#endif
}

/*
 * With kCFI the hash is the operand of a mov; with FineIBT the landing pad is here,
 * then comes the check, which may be a call, and no landing pad behind it.
 */
static inline void jit_emit_cfi_entry(struct jit_emit *e, const void *model)
{
#ifdef CONFIG_CFI
	const u8 *prefix = (const u8 *)model - JIT_EMIT_CFI_SIZE;
	const u8 *check = (const u8 *)model - 5;

	if (JIT_EMIT_CFI_SIZE > 7 && check[-2] == 0x2e && check[-1] == 0x2e &&
	    *check == 0xe8) {
		jit_emit_put(e, prefix, check - prefix);
		__jit_emit_direct(e, *check, __jit_emit_target(check));
	} else {
		jit_emit_put(e, prefix, JIT_EMIT_CFI_SIZE);
	}
#ifdef CONFIG_X86_KERNEL_IBT
	jit_emit_put(e, model, 4);
#endif
#else
	(void)model;
	jit_emit_entry(e);
#endif
}

static inline const void *jit_emit_return_thunk(const struct jit_emit *e)
{
	return __jit_emit_target(e->sites + __JIT_EMIT_SITE(__JIT_EMIT_RSP) + 8);
}

static inline void jit_emit_return(struct jit_emit *e)
{
	/* ret; int3, against straight-line speculation */
	static const u8 plain[] = { 0xc3, 0xcc };
	const void *thunk = jit_emit_return_thunk(e);

	if (thunk)
		__jit_emit_direct(e, 0xe9, thunk);
	else
		jit_emit_put(e, plain, sizeof(plain));
}

/* The branch that is at @site, which is of the same length in all its forms */
static inline void __jit_emit_indirect(struct jit_emit *e, unsigned int reg,
				       size_t site)
{
	size_t len = reg < 8 ? 5 : 6;
	const void *thunk;
	const u8 *insn;

	if (reg > 15 || reg == __JIT_EMIT_RSP) {
		jit_emit_fail(e, -EINVAL);
		return;
	}
	insn = e->sites + __JIT_EMIT_SITE(reg) + site;
	thunk = __jit_emit_target(insn + len - 5);
	if (!thunk) {
		jit_emit_put(e, insn, len);
		return;
	}
	jit_emit_put(e, insn, len - 5);
	__jit_emit_direct(e, insn[len - 5], thunk);
}

static inline void jit_emit_indirect_call(struct jit_emit *e, unsigned int reg)
{
	__jit_emit_indirect(e, reg, 0);
}

static inline void jit_emit_indirect_jump(struct jit_emit *e, unsigned int reg)
{
	__jit_emit_indirect(e, reg, __JIT_EMIT_SITE_JUMP);
}

/* movabs */
static inline void __jit_emit_scratch(struct jit_emit *e, const void *to)
{
	static const u8 insn[] = { 0x49, 0xb8 + JIT_EMIT_SCRATCH % 8 };

	jit_emit_put(e, insn, sizeof(insn));
	jit_emit_put(e, &to, sizeof(to));
}

/*
 * Where calls are counted for the return stack buffer, this one is not: returns
 * then fill it up earlier than they need to.
 */
static inline void jit_emit_call(struct jit_emit *e, const void *fn)
{
	__jit_emit_direct(e, 0xe8, fn);
}

static inline void jit_emit_jump(struct jit_emit *e, const void *to)
{
	__jit_emit_direct(e, 0xe9, to);
}

/* int3 */
static inline void jit_emit_trap(struct jit_emit *e)
{
	jit_emit_put(e, "\xcc", 1);
}

#endif /* _LINUX_JIT_EMIT_X86_H */
