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

/* bl and b; the distance is from the one after the next on. */
#define __JIT_EMIT_CALL		0xeb000000
#define __JIT_EMIT_JUMP		0xea000000
#define __JIT_EMIT_BITS		24
#define __JIT_EMIT_AHEAD	8

#include <linux/jit_emit/insn32.h>

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

/* udf #0xdde1 */
static inline void jit_emit_trap(struct jit_emit *e)
{
	jit_emit_insn(e, 0xe7fddef1);
}

#endif /* _LINUX_JIT_EMIT_ARM_H */
