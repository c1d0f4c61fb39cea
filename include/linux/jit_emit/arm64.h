/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arm64; what each of these is for, says <linux/jit_emit.h>.
 *
 * The kernel's mitigations leave returns and branches by register alone. A return
 * address that has not been signed is not authenticated, so that code runs with
 * pointer authentication and without.
 */
#ifndef _LINUX_JIT_EMIT_ARM64_H
#define _LINUX_JIT_EMIT_ARM64_H

/* x16, which veneers use as well: landing pads of functions let it through. */
#define JIT_EMIT_SCRATCH	16

/* bl and b */
#define __JIT_EMIT_CALL		0x94000000
#define __JIT_EMIT_JUMP		0x14000000
#define __JIT_EMIT_BITS		26
#define __JIT_EMIT_AHEAD	0

#include <linux/jit_emit/insn32.h>

/* bti c, which is a nop where it is not known */
static inline void jit_emit_entry(struct jit_emit *e)
{
	jit_emit_insn(e, 0xd503245f);
}

static inline void jit_emit_cfi_entry(struct jit_emit *e, const void *model)
{
	jit_emit_put(e, (const u8 *)model - JIT_EMIT_CFI_SIZE, JIT_EMIT_CFI_SIZE);
	jit_emit_entry(e);
}

static inline void jit_emit_return(struct jit_emit *e)
{
	jit_emit_insn(e, 0xd65f03c0);
}

/* There is no instruction for the stack pointer: 31 is the zero register. */
static inline void __jit_emit_indirect(struct jit_emit *e, u32 insn,
				       unsigned int reg)
{
	if (reg > 30) {
		jit_emit_fail(e, -EINVAL);
		return;
	}
	jit_emit_insn(e, insn | reg << 5);
}

/* blr */
static inline void jit_emit_indirect_call(struct jit_emit *e, unsigned int reg)
{
	__jit_emit_indirect(e, 0xd63f0000, reg);
}

/* br */
static inline void jit_emit_indirect_jump(struct jit_emit *e, unsigned int reg)
{
	__jit_emit_indirect(e, 0xd61f0000, reg);
}

/* movz and movk, one for each 16 bits, so that every address is as long */
static inline void __jit_emit_scratch(struct jit_emit *e, const void *to)
{
	u64 value = (unsigned long)to;
	u32 part;

	for (part = 0; part < 4; part++, value >>= 16)
		jit_emit_insn(e, (part ? 0xf2800000 : 0xd2800000) | part << 21 |
				(u32)(value & 0xffff) << 5 | JIT_EMIT_SCRATCH);
}

/* brk #0x100 */
static inline void jit_emit_trap(struct jit_emit *e)
{
	jit_emit_insn(e, 0xd4202000);
}

#endif /* _LINUX_JIT_EMIT_ARM64_H */
