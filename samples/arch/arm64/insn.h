/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instructions of arm64, as numbers.
 *
 * Has no need of a kernel, and can be tested without one. Registers are numbers;
 * A64_ZR is the zero register where a register is read, and sp where the
 * instruction has it so.
 */
#ifndef _SAMPLES_ARM64_INSN_H
#define _SAMPLES_ARM64_INSN_H

#define A64_FP		29
#define A64_LR		30
#define A64_SP		31
#define A64_ZR		31

/* Conditions, of which the opposite differs in the lowest bit */
enum a64_cond {
	A64_EQ = 0x0,
	A64_NE = 0x1,
	A64_HS = 0x2,
	A64_LO = 0x3,
	A64_HI = 0x8,
	A64_LS = 0x9,
	A64_GE = 0xa,
	A64_LT = 0xb,
	A64_GT = 0xc,
	A64_LE = 0xd,
};

/* Operations on two registers, 32 bit: rd = rn op rm */
enum a64_op {
	A64_ADD		= 0x0b000000,
	A64_SUB		= 0x4b000000,
	A64_SUBS	= 0x6b000000,	/* cmp, into the zero register */
	A64_AND		= 0x0a000000,
	A64_ANDS	= 0x6a000000,	/* tst, into the zero register */
	A64_ORR		= 0x2a000000,
	A64_EOR		= 0x4a000000,
	A64_UDIV	= 0x1ac00800,
	A64_LSLV	= 0x1ac02000,
	A64_LSRV	= 0x1ac02400,
	A64_MUL		= 0x1b007c00,
};

/* The same on all 64 bits */
#define A64_64BIT	0x80000000u

static inline unsigned int a64_op(unsigned int op, unsigned int rd,
				  unsigned int rn, unsigned int rm)
{
	return op | rm << 16 | rn << 5 | rd;
}

/* rd = ra - rn * rm, 32 bit */
static inline unsigned int a64_msub(unsigned int rd, unsigned int rn,
				    unsigned int rm, unsigned int ra)
{
	return 0x1b008000u | rm << 16 | ra << 10 | rn << 5 | rd;
}

/* rd = rn +- imm, which has 12 bits */
static inline unsigned int a64_imm(unsigned int op, unsigned int rd,
				   unsigned int rn, unsigned int imm)
{
	/* add, sub and subs differ from their register forms by this bit. */
	return ((op & 0xf0000000u) | 0x01000000u | 0x10000000u) | imm << 10 |
	       rn << 5 | rd;
}

/* x@rd = 16 bits of @value, those above @shift; the others zero, or kept */
static inline unsigned int a64_movz(unsigned int rd, unsigned long long value,
				    unsigned int shift)
{
	return 0xd2800000u | (shift / 16) << 21 |
	       (unsigned int)(value >> shift & 0xffff) << 5 | rd;
}

static inline unsigned int a64_movk(unsigned int rd, unsigned long long value,
				    unsigned int shift)
{
	return a64_movz(rd, value, shift) | 0x20000000u;
}

/* w@rd = w@rn << or >> @by */
static inline unsigned int a64_lsl(unsigned int rd, unsigned int rn,
				   unsigned int by)
{
	return 0x53000000u | (-by & 31) << 16 | (31 - by) << 10 | rn << 5 | rd;
}

static inline unsigned int a64_lsr(unsigned int rd, unsigned int rn,
				   unsigned int by)
{
	return 0x53007c00u | by << 16 | rn << 5 | rd;
}

/* The lowest @bits bits of w@rn or x@rn, with zeroes or with the sign above */
static inline unsigned int a64_uxt(unsigned int rd, unsigned int rn,
				   unsigned int bits)
{
	return (bits > 32 ? 0xd3400000u : 0x53000000u) | (bits - 1) << 10 |
	       rn << 5 | rd;
}

/* w@rd = 1 if @cond, else 0 */
static inline unsigned int a64_cset(unsigned int rd, enum a64_cond cond)
{
	return 0x1a9f07e0u | (unsigned int)(cond ^ 1) << 12 | rd;
}

/* Loads and stores of 1 << @shift bytes; a load fills up with zeroes. */
static inline unsigned int a64_load(unsigned int shift, unsigned int rt,
				    unsigned int rn, unsigned int offset)
{
	return 0x39400000u | shift << 30 | (offset >> shift) << 10 | rn << 5 |
	       rt;
}

static inline unsigned int a64_store(unsigned int shift, unsigned int rt,
				     unsigned int rn, unsigned int offset)
{
	return 0x39000000u | shift << 30 | (offset >> shift) << 10 | rn << 5 |
	       rt;
}

/* The same with the sign above, to 64 bits */
static inline unsigned int a64_load_signed(unsigned int shift, unsigned int rt,
					   unsigned int rn, unsigned int offset)
{
	return 0x39800000u | shift << 30 | (offset >> shift) << 10 | rn << 5 |
	       rt;
}

/* A load from x@rn + x@rm */
static inline unsigned int a64_load_at(unsigned int shift, unsigned int rt,
				       unsigned int rn, unsigned int rm)
{
	return 0x38606800u | shift << 30 | rm << 16 | rn << 5 | rt;
}

/* Whether an offset fits into the instructions above */
static inline int a64_is_offset(unsigned int shift, unsigned int offset)
{
	return !(offset & ((1u << shift) - 1)) && offset >> shift < 4096;
}

/* Two registers to and from x@rn + @offset, a multiple of 8 */
static inline unsigned int a64_stp(unsigned int rt, unsigned int rt2,
				   unsigned int rn, int offset)
{
	return 0xa9000000u | ((unsigned int)(offset / 8) & 0x7f) << 15 |
	       rt2 << 10 | rn << 5 | rt;
}

static inline unsigned int a64_ldp(unsigned int rt, unsigned int rt2,
				   unsigned int rn, int offset)
{
	return a64_stp(rt, rt2, rn, offset) | 0x00400000u;
}

/* The same, moving x@rn before or after it */
#define A64_PRE		0x01800000u
#define A64_POST	0x00800000u

static inline unsigned int a64_stp_pre(unsigned int rt, unsigned int rt2,
				       unsigned int rn, int offset)
{
	return a64_stp(rt, rt2, rn, offset) ^ (0x01000000u ^ A64_PRE);
}

static inline unsigned int a64_ldp_post(unsigned int rt, unsigned int rt2,
					unsigned int rn, int offset)
{
	return a64_ldp(rt, rt2, rn, offset) ^ (0x01000000u ^ A64_POST);
}

/* Branches of @distance bytes; whether one goes that far */
static inline unsigned int a64_b(int distance)
{
	return 0x14000000u | ((unsigned int)(distance / 4) & 0x3ffffff);
}

static inline unsigned int a64_b_cond(enum a64_cond cond, int distance)
{
	return 0x54000000u | ((unsigned int)(distance / 4) & 0x7ffff) << 5 |
	       cond;
}

static inline unsigned int a64_cbz(unsigned int rt, int distance)
{
	return 0x34000000u | ((unsigned int)(distance / 4) & 0x7ffff) << 5 | rt;
}

static inline int a64_is_near(long long distance)
{
	return distance >= -(1 << 20) && distance < 1 << 20;
}

/* The bytes of a word, or of each half of one, the other way round */
static inline unsigned int a64_rev(unsigned int rd, unsigned int rn)
{
	return 0x5ac00800u | rn << 5 | rd;
}

static inline unsigned int a64_rev16(unsigned int rd, unsigned int rn)
{
	return 0x5ac00400u | rn << 5 | rd;
}

#endif /* _SAMPLES_ARM64_INSN_H */
