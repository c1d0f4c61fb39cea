/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 32-bit arm, in A32 from version 7 on; what each of these is for, says
 * <linux/jit_emit.h>. There are no landing pads, and no thunks.
 *
 * The lowest bit of an address says that there is Thumb code. No direct branch
 * goes there, and those by register do.
 */
#ifndef _LINUX_JIT_EMIT_ARM_H
#define _LINUX_JIT_EMIT_ARM_H

/* ip, which is free between instructions, and when functions are called */
#define JIT_EMIT_SCRATCH	12

#ifdef CONFIG_CFI
#define JIT_EMIT_CFI_SIZE	4
#else
#define JIT_EMIT_CFI_SIZE	0
#endif

static inline const u8 *__jit_emit_sites(void)
{
	return NULL;
}

static inline void jit_emit_insn(struct jit_emit *e, u32 insn)
{
	const u8 bytes[] = { insn & 0xff, insn >> 8 & 0xff, insn >> 16 & 0xff,
			     insn >> 24 };

	if ((unsigned long)jit_emit_here(e) & 3)
		jit_emit_fail(e, -EINVAL);
	jit_emit_put(e, bytes, sizeof(bytes));
}

/* 24 bits of instructions, from the one after the next on */
static inline bool jit_in_reach(const void *from, const void *to)
{
	long distance = (unsigned long)to - ((unsigned long)from + 8);

	return !(distance & 3) && distance >= -(1L << 25) && distance < 1L << 25;
}

static inline void jit_emit_entry(struct jit_emit *e)
{
	(void)e;
}

static inline void jit_emit_cfi_entry(struct jit_emit *e, const void *model)
{
	const u8 *fn = (const u8 *)((unsigned long)model & ~1UL);

	jit_emit_put(e, fn - JIT_EMIT_CFI_SIZE, JIT_EMIT_CFI_SIZE);
	jit_emit_entry(e);
}

/* bx lr */
static inline void jit_emit_return(struct jit_emit *e)
{
	jit_emit_insn(e, 0xe12fff1e);
}

static inline const void *jit_emit_return_thunk(const struct jit_emit *e)
{
	(void)e;
	return NULL;
}

/* Neither by the stack pointer nor by the program counter */
static inline void __jit_emit_indirect(struct jit_emit *e, u32 insn,
				       unsigned int reg)
{
	if (reg > 14 || reg == 13) {
		jit_emit_fail(e, -EINVAL);
		return;
	}
	jit_emit_insn(e, insn | reg);
}

/* blx */
static inline void jit_emit_indirect_call(struct jit_emit *e, unsigned int reg)
{
	__jit_emit_indirect(e, 0xe12fff30, reg);
}

/* bx */
static inline void jit_emit_indirect_jump(struct jit_emit *e, unsigned int reg)
{
	__jit_emit_indirect(e, 0xe12fff10, reg);
}

/* movw and movt, so that every address is as long */
static inline void __jit_emit_scratch(struct jit_emit *e, const void *to)
{
	u32 value = (u32)(unsigned long)to, half;

	for (half = 0; half < 2; half++, value >>= 16)
		jit_emit_insn(e, (half ? 0xe3400000 : 0xe3000000) |
				(value & 0xf000) << 4 | JIT_EMIT_SCRATCH << 12 |
				(value & 0xfff));
}

static inline void jit_emit_call_far(struct jit_emit *e, const void *fn)
{
	__jit_emit_scratch(e, fn);
	jit_emit_indirect_call(e, JIT_EMIT_SCRATCH);
}

static inline void jit_emit_jump_far(struct jit_emit *e, const void *to)
{
	__jit_emit_scratch(e, to);
	jit_emit_indirect_jump(e, JIT_EMIT_SCRATCH);
}

static inline bool __jit_emit_is_near(const struct jit_emit *e, const void *to)
{
	return e->addr && jit_in_reach(jit_emit_here(e), to);
}

static inline void __jit_emit_direct(struct jit_emit *e, u32 insn, const void *to)
{
	unsigned long distance = (unsigned long)to -
				 ((unsigned long)jit_emit_here(e) + 8);

	jit_emit_insn(e, insn | (distance >> 2 & 0xffffff));
}

/* bl */
static inline void jit_emit_call(struct jit_emit *e, const void *fn)
{
	if (__jit_emit_is_near(e, fn))
		__jit_emit_direct(e, 0xeb000000, fn);
	else
		jit_emit_call_far(e, fn);
}

/* b */
static inline void jit_emit_jump(struct jit_emit *e, const void *to)
{
	if (__jit_emit_is_near(e, to))
		__jit_emit_direct(e, 0xea000000, to);
	else
		jit_emit_jump_far(e, to);
}

/* udf #0xdde1 */
static inline void jit_emit_trap(struct jit_emit *e)
{
	jit_emit_insn(e, 0xe7fddef1);
}

#endif /* _LINUX_JIT_EMIT_ARM_H */
