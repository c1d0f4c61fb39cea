/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instructions of 32-bit arm (A32, from version 7 on), as numbers.
 *
 * Has no need of a kernel, and can be tested without one. Registers are numbers.
 */
#ifndef _SAMPLES_ARM_INSN_H
#define _SAMPLES_ARM_INSN_H

#define A32_SP		13
#define A32_LR		14

/* Conditions, of which the opposite differs in the lowest bit */
enum a32_cond {
	A32_EQ = 0x0,
	A32_NE = 0x1,
	A32_HS = 0x2,
	A32_LO = 0x3,
	A32_HI = 0x8,
	A32_LS = 0x9,
	A32_GE = 0xa,
	A32_LT = 0xb,
	A32_GT = 0xc,
	A32_LE = 0xd,
	A32_AL = 0xe,
};

/* Operations: rd = rn op rm; those that compare have no rd, and mov no rn. */
enum a32_op {
	A32_AND	= 0x00000000,
	A32_EOR	= 0x00200000,
	A32_SUB	= 0x00400000,
	A32_SUBS = 0x00500000,
	A32_RSB	= 0x00600000,
	A32_ADD	= 0x00800000,
	A32_TST	= 0x01100000,
	A32_CMP	= 0x01500000,
	A32_ORR	= 0x01800000,
	A32_MOV	= 0x01a00000,
};

static inline unsigned int a32_op(enum a32_op op, unsigned int rd,
				  unsigned int rn, unsigned int rm)
{
	return 0xe0000000u | op | rn << 16 | rd << 12 | rm;
}

static inline unsigned int a32_mov(unsigned int rd, unsigned int rm)
{
	return a32_op(A32_MOV, rd, 0, rm);
}

/* The same with a number below 256 instead of rm, if @cond holds */
static inline unsigned int a32_imm_if(enum a32_cond cond, enum a32_op op,
				      unsigned int rd, unsigned int rn,
				      unsigned int imm)
{
	return (unsigned int)cond << 28 | 0x02000000u | op | rn << 16 |
	       rd << 12 | imm;
}

static inline unsigned int a32_imm(enum a32_op op, unsigned int rd,
				   unsigned int rn, unsigned int imm)
{
	return a32_imm_if(A32_AL, op, rd, rn, imm);
}

/* The lower half of rd, the upper one zero; then the upper half */
static inline unsigned int a32_movw(unsigned int rd, unsigned int value)
{
	return 0xe3000000u | (value & 0xf000) << 4 | rd << 12 | (value & 0xfff);
}

static inline unsigned int a32_movt(unsigned int rd, unsigned int value)
{
	return a32_movw(rd, value >> 16) | 0x00400000u;
}

/* rd = rm << or >> @by, which is 1 to 31; by a register, its lowest byte */
static inline unsigned int a32_lsl(unsigned int rd, unsigned int rm,
				   unsigned int by)
{
	return a32_mov(rd, rm) | by << 7;
}

static inline unsigned int a32_lsr(unsigned int rd, unsigned int rm,
				   unsigned int by)
{
	return a32_mov(rd, rm) | by << 7 | 0x20;
}

static inline unsigned int a32_lsl_by(unsigned int rd, unsigned int rm,
				      unsigned int rs)
{
	return a32_mov(rd, rm) | rs << 8 | 0x10;
}

static inline unsigned int a32_lsr_by(unsigned int rd, unsigned int rm,
				      unsigned int rs)
{
	return a32_mov(rd, rm) | rs << 8 | 0x30;
}

/* rd = rm * rs; rd = ra - rm * rs */
static inline unsigned int a32_mul(unsigned int rd, unsigned int rm,
				   unsigned int rs)
{
	return 0xe0000090u | rd << 16 | rs << 8 | rm;
}

static inline unsigned int a32_mls(unsigned int rd, unsigned int rm,
				   unsigned int rs, unsigned int ra)
{
	return 0xe0600090u | rd << 16 | ra << 12 | rs << 8 | rm;
}

/*
 * Loads and stores of 1 << @shift bytes; a load fills up with zeroes, or with
 * the sign. Those of two bytes, and with a sign, are of another form.
 */
static inline unsigned int a32_short_offset(unsigned int offset)
{
	return 0x00400000u | (offset & 0xf0) << 4 | (offset & 0xf);
}

static inline unsigned int a32_load(unsigned int shift, unsigned int rt,
				    unsigned int rn, unsigned int offset)
{
	if (shift == 1)
		return 0xe19000b0u | a32_short_offset(offset) | rn << 16 |
		       rt << 12;
	return (shift ? 0xe5900000u : 0xe5d00000u) | rn << 16 | rt << 12 | offset;
}

static inline unsigned int a32_load_signed(unsigned int shift, unsigned int rt,
					   unsigned int rn, unsigned int offset)
{
	return (shift ? 0xe19000f0u : 0xe19000d0u) | a32_short_offset(offset) |
	       rn << 16 | rt << 12;
}

static inline unsigned int a32_store(unsigned int rt, unsigned int rn,
				     unsigned int offset)
{
	return 0xe5800000u | rn << 16 | rt << 12 | offset;
}

/* A load from rn + rm */
static inline unsigned int a32_load_at(unsigned int shift, unsigned int rt,
				       unsigned int rn, unsigned int rm)
{
	unsigned int regs = rn << 16 | rt << 12 | rm;

	return regs | (shift == 1 ? 0xe19000b0u :
		       shift ? 0xe7900000u : 0xe7d00000u);
}

/* Whether an offset fits into a load without a sign */
static inline int a32_is_offset(unsigned int shift, unsigned int offset)
{
	return offset < (shift == 1 ? 256u : 4096u);
}

/* Registers to and from the stack, one bit for each */
static inline unsigned int a32_push(unsigned int regs)
{
	return 0xe92d0000u | regs;
}

static inline unsigned int a32_pop(unsigned int regs)
{
	return 0xe8bd0000u | regs;
}

/* A branch of @distance bytes; whether one goes that far */
static inline unsigned int a32_b(enum a32_cond cond, int distance)
{
	return (unsigned int)cond << 28 | 0x0a000000u |
	       ((unsigned int)((distance - 8) / 4) & 0xffffff);
}

static inline int a32_is_near(long long distance)
{
	return distance - 8 >= -(1 << 25) && distance - 8 < 1 << 25;
}

/* The bytes of a word, or of each half of one, the other way round */
static inline unsigned int a32_rev(unsigned int rd, unsigned int rm)
{
	return 0xe6bf0f30u | rd << 12 | rm;
}

static inline unsigned int a32_rev16(unsigned int rd, unsigned int rm)
{
	return 0xe6bf0fb0u | rd << 12 | rm;
}

#endif /* _SAMPLES_ARM_INSN_H */
