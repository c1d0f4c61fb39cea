/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What arm64 and 32-bit arm have in common, where each instruction has 32 bits and
 * the kernel's mitigations leave branches alone; what each of these is for, says
 * <linux/jit_emit.h>. Before it is included, an architecture has
 *
 *	__JIT_EMIT_CALL		the direct call that goes nowhere, and the jump
 *	__JIT_EMIT_JUMP
 *	__JIT_EMIT_BITS		how many bits they have for the distance
 *	__JIT_EMIT_AHEAD	how far behind the branch that is measured from
 */
#ifndef _LINUX_JIT_EMIT_INSN32_H
#define _LINUX_JIT_EMIT_INSN32_H

#ifdef CONFIG_CFI
#define JIT_EMIT_CFI_SIZE	4
#else
#define JIT_EMIT_CFI_SIZE	0
#endif

static inline const u8 *__jit_emit_sites(void)
{
	return NULL;
}

static inline const void *jit_emit_return_thunk(const struct jit_emit *e)
{
	(void)e;
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

static inline unsigned long __jit_emit_distance(const void *from, const void *to)
{
	return (unsigned long)to - ((unsigned long)from + __JIT_EMIT_AHEAD);
}

/* The distance is a number of instructions, with a sign. */
static inline bool jit_in_reach(const void *from, const void *to)
{
	long distance = __jit_emit_distance(from, to);
	long limit = 1L << (__JIT_EMIT_BITS + 1);

	return !(distance & 3) && distance >= -limit && distance < limit;
}

static inline bool __jit_emit_is_near(const struct jit_emit *e, const void *to)
{
	return e->addr && jit_in_reach(jit_emit_here(e), to);
}

static inline void __jit_emit_direct(struct jit_emit *e, u32 insn, const void *to)
{
	u32 distance = __jit_emit_distance(jit_emit_here(e), to) >> 2;

	jit_emit_insn(e, insn | (distance & ((1U << __JIT_EMIT_BITS) - 1)));
}

static inline void jit_emit_call(struct jit_emit *e, const void *fn)
{
	if (__jit_emit_is_near(e, fn))
		__jit_emit_direct(e, __JIT_EMIT_CALL, fn);
	else
		jit_emit_call_far(e, fn);
}

static inline void jit_emit_jump(struct jit_emit *e, const void *to)
{
	if (__jit_emit_is_near(e, to))
		__jit_emit_direct(e, __JIT_EMIT_JUMP, to);
	else
		jit_emit_jump_far(e, to);
}

#endif /* _LINUX_JIT_EMIT_INSN32_H */
