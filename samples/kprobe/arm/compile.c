// SPDX-License-Identifier: GPL-2.0
/*
 * Code generator: a predicate becomes
 *
 *	bool match(const struct pt_regs *regs)
 *
 *		ldr	r0, [r0, #offset]	zero- or sign-extended
 *		and	r0, r0, mask		unless the mask is all ones
 *		cmp	r0, value		or tst
 *		mov	r0, #0
 *		movcc	r0, #1			cc is the condition
 *		bx	lr
 *
 * Constants go by r1. Straight code, no stack, and the saved registers as the
 * only memory: it cannot fault.
 */
#include "../predicate.h"
#include "insn.h"
#include "regs.h"
#include "return.h"

struct code {
	u8		*image;
	unsigned int	len;
};

static void emit(struct code *code, unsigned int insn)
{
	int i;

	for (i = 0; i < 4; i++, insn >>= 8)
		code->image[code->len++] = (u8)insn;
}

/* r1 = value */
static void emit_constant(struct code *code, unsigned int value)
{
	emit(code, a32_movw(1, value));
	if (value >> 16)
		emit(code, a32_movt(1, value));
}

/* The saved register is in the order of its bytes: the lowest come first. */
static void emit_load(struct code *code, const struct predicate *pred)
{
	unsigned int shift = pred->bits / 16;
	unsigned int offset = PREDICATE_OFFSET(pred->arg);

	if (pred->is_signed && pred->bits != 32)
		emit(code, a32_load_signed(shift, 0, 0, offset));
	else
		emit(code, a32_load(shift, 0, 0, offset));
}

static enum a32_cond condition(const struct predicate *pred)
{
	switch (pred->op) {
	case PREDICATE_EQ:
		return A32_EQ;
	case PREDICATE_LT:
		return pred->is_signed ? A32_LT : A32_LO;
	case PREDICATE_LE:
		return pred->is_signed ? A32_LE : A32_LS;
	case PREDICATE_GT:
		return pred->is_signed ? A32_GT : A32_HI;
	case PREDICATE_GE:
		return pred->is_signed ? A32_GE : A32_HS;
	case PREDICATE_NE:
	case PREDICATE_AND:
	default:
		return A32_NE;
	}
}

/**
 * predicate_compile() - generate the code of a predicate
 * @pred: what to compute
 * @image: where to write, at least %PREDICATE_MAX_SIZE bytes
 * @ip: address at which the code will run
 * @thunk: return thunk in use; there is none on this architecture
 *
 * Return: size of the code, 0 if @pred is not a predicate or there is a @thunk.
 */
unsigned int predicate_compile(const struct predicate *pred, u8 *image,
			       unsigned long ip, const void *thunk)
{
	struct code code = { .image = image };
	unsigned int len, mask, value;

	if (!predicate_is_valid(pred))
		return 0;

	/* Of what is extended, a register has the lower half. */
	mask = (unsigned int)predicate_extend(pred, pred->mask);
	value = (unsigned int)predicate_extend(pred, pred->value);

	emit_load(&code, pred);
	if (mask != (unsigned int)predicate_extend(pred, ~0ULL)) {
		emit_constant(&code, mask);
		emit(&code, a32_op(A32_AND, 0, 0, 1));
	}
	emit_constant(&code, value);
	emit(&code, a32_op(pred->op == PREDICATE_AND ? A32_TST : A32_CMP, 0, 0,
			   1));
	emit(&code, a32_imm(A32_MOV, 0, 0, 0));
	emit(&code, a32_imm_if(condition(pred), A32_MOV, 0, 0, 1));

	len = emit_return(image + code.len, ip + code.len, thunk);
	return len ? code.len + len : 0;
}
