/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tests of <linux/jit_emit.h> put around it: a frame, and registers with
 * numbers in them. For the module and for the program on the host.
 *
 * Each architecture has PIECE_REGS, the number of its registers, and
 *
 *	piece_is_reg()	whether one can be branched by
 *	piece_begin()	a frame, in which a register may be changed
 *	piece_end()	its end, behind which what is in the first register is kept
 *	piece_set()	a register gets a number, in as many bytes as any other
 *	piece_landing()	what can be jumped to by any register
 */
#ifndef _SELFTESTS_EMIT_PIECES_H
#define _SELFTESTS_EMIT_PIECES_H

#include <linux/jit_emit.h>

#if defined(__x86_64__)

#define PIECE_REGS	16

static inline bool piece_is_reg(unsigned int reg)
{
	return reg < 16 && reg != 4;
}

static inline bool piece_is_kept(unsigned int reg)
{
	return reg == 3 || reg == 5 || reg >= 12;
}

/* push or pop */
static inline void piece_stack(struct jit_emit *e, unsigned int reg, u8 op)
{
	const u8 insn[] = { reg < 8 ? 0x40 : 0x41, op + reg % 8 };

	jit_emit_put(e, insn, sizeof(insn));
}

static inline void piece_begin(struct jit_emit *e, unsigned int reg)
{
	piece_stack(e, reg, 0x50);
}

static inline void piece_end(struct jit_emit *e, unsigned int reg)
{
	/* add $8, %rsp */
	static const u8 drop[] = { 0x48, 0x83, 0xc4, 8 };

	if (piece_is_kept(reg))
		piece_stack(e, reg, 0x58);
	else
		jit_emit_put(e, drop, sizeof(drop));
}

static inline void piece_set(struct jit_emit *e, unsigned int reg,
			     unsigned long value)
{
	const u8 movabs[] = { reg < 8 ? 0x48 : 0x49, 0xb8 + reg % 8 };

	jit_emit_put(e, movabs, sizeof(movabs));
	jit_emit_put(e, &value, sizeof(value));
}

static inline void piece_landing(struct jit_emit *e)
{
	jit_emit_entry(e);
}

#elif defined(__aarch64__)

#define PIECE_REGS	32

static inline bool piece_is_reg(unsigned int reg)
{
	return reg < 31;
}

static inline void piece_begin(struct jit_emit *e, unsigned int reg)
{
	jit_emit_insn(e, 0xa9be7bfd);		/* stp x29, x30, [sp, #-32]! */
	jit_emit_insn(e, 0xf9000be0 | reg);	/* str reg, [sp, #16] */
}

static inline void piece_end(struct jit_emit *e, unsigned int reg)
{
	if (reg >= 18)
		jit_emit_insn(e, 0xf9400be0 | reg);	/* ldr reg, [sp, #16] */
	jit_emit_insn(e, 0xa8c27bfd);		/* ldp x29, x30, [sp], #32 */
}

static inline void piece_set(struct jit_emit *e, unsigned int reg,
			     unsigned long value)
{
	u32 part;

	for (part = 0; part < 4; part++, value >>= 16)
		jit_emit_insn(e, (part ? 0xf2800000 : 0xd2800000) | part << 21 |
			   (u32)(value & 0xffff) << 5 | reg);
}

static inline void piece_landing(struct jit_emit *e)
{
	jit_emit_insn(e, 0xd503249f);		/* bti j */
}

#else

#define PIECE_REGS	16

static inline bool piece_is_reg(unsigned int reg)
{
	return reg < 15 && reg != 13;
}

static inline void piece_begin(struct jit_emit *e, unsigned int reg)
{
	jit_emit_insn(e, 0xe92d4ff8);		/* push {r3-r11, lr} */
}

static inline void piece_end(struct jit_emit *e, unsigned int reg)
{
	jit_emit_insn(e, 0xe8bd4ff8);		/* pop {r3-r11, lr} */
}

static inline void piece_set(struct jit_emit *e, unsigned int reg,
			     unsigned long value)
{
	u32 half;

	for (half = 0; half < 2; half++, value >>= 16)
		jit_emit_insn(e, (half ? 0xe3400000 : 0xe3000000) |
			   (value & 0xf000) << 4 | reg << 12 | (value & 0xfff));
}

static inline void piece_landing(struct jit_emit *e)
{
}

#endif

/* Returns @value. */
static inline void piece_constant(struct jit_emit *e, u32 value)
{
	jit_emit_entry(e);
	piece_set(e, 0, value);
	jit_emit_return(e);
}

/* Calls @fn through a register and returns what it returns. */
static inline void piece_indirect_call(struct jit_emit *e, unsigned int reg,
				       const void *fn)
{
	jit_emit_entry(e);
	piece_begin(e, reg);
	piece_set(e, reg, (unsigned long)fn);
	jit_emit_indirect_call(e, reg);
	piece_end(e, reg);
	jit_emit_return(e);
}

/*
 * Jumps through a register over a trap, to @landing, and returns @value.
 * Returns the offset that has to be @landing, from the beginning of the code.
 */
static inline size_t piece_indirect_jump(struct jit_emit *e, unsigned int reg,
					 const void *landing, u32 value)
{
	size_t offset;

	jit_emit_entry(e);
	piece_begin(e, reg);
	piece_set(e, reg, (unsigned long)landing);
	jit_emit_indirect_jump(e, reg);
	jit_emit_trap(e);
	offset = e->len;
	piece_landing(e);
	piece_end(e, reg);
	piece_set(e, 0, value);
	jit_emit_return(e);
	return offset;
}

/* Calls @fn, near or far, and returns what it returns. */
static inline void piece_call(struct jit_emit *e, const void *fn, bool far)
{
	jit_emit_entry(e);
	piece_begin(e, 0);
	if (far)
		jit_emit_call_far(e, fn);
	else
		jit_emit_call(e, fn);
	piece_end(e, 0);
	jit_emit_return(e);
}

/* Is @to, near or far. */
static inline void piece_jump(struct jit_emit *e, const void *to, bool far)
{
	jit_emit_entry(e);
	if (far)
		jit_emit_jump_far(e, to);
	else
		jit_emit_jump(e, to);
}

#endif /* _SELFTESTS_EMIT_PIECES_H */
