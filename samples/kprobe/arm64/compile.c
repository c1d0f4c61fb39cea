// SPDX-License-Identifier: GPL-2.0
/*
 * Code generator: a predicate becomes
 *
 *	bool match(const struct pt_regs *regs)
 *
 *		bti	c
 *		ldr	x0, [x0, #offset]	zero- or sign-extended
 *		and	x0, x0, mask		unless the mask is all ones
 *		cmp	x0, value		or tst
 *		cset	w0, condition
 *		ret
 *
 * Constants go by x1. Straight code, no stack, and the saved registers as the
 * only memory: it cannot fault.
 */
#include "../predicate.h"
#include "insn.h"
#include "regs.h"

/* x1 = value, whose parts that are zero are left out */
static void emit_constant(struct jit_emit *e, u64 value)
{
	unsigned int shift;

	jit_emit_insn(e, a64_movz(1, value, 0));
	for (shift = 16; shift < 64; shift += 16)
		if (value >> shift & 0xffff)
			jit_emit_insn(e, a64_movk(1, value, shift));
}

/* The saved register is in the order of its bytes: the lowest come first. */
static void emit_load(struct jit_emit *e, const struct predicate *pred)
{
	unsigned int shift = pred->bits == 64 ? 3 : pred->bits / 16;
	unsigned int offset = PREDICATE_OFFSET(pred->arg);

	if (pred->is_signed && pred->bits != 64)
		jit_emit_insn(e, a64_load_signed(shift, 0, 0, offset));
	else
		jit_emit_insn(e, a64_load(shift, 0, 0, offset));
}

static enum a64_cond condition(const struct predicate *pred)
{
	switch (pred->op) {
	case PREDICATE_EQ:
		return A64_EQ;
	case PREDICATE_LT:
		return pred->is_signed ? A64_LT : A64_LO;
	case PREDICATE_LE:
		return pred->is_signed ? A64_LE : A64_LS;
	case PREDICATE_GT:
		return pred->is_signed ? A64_GT : A64_HI;
	case PREDICATE_GE:
		return pred->is_signed ? A64_GE : A64_HS;
	case PREDICATE_NE:
	case PREDICATE_AND:
	default:
		return A64_NE;
	}
}

/**
 * predicate_compile() - generate the code of a predicate
 * @e: where to write it, at most %PREDICATE_MAX_SIZE bytes; gets -EINVAL if @pred is
 *	not a predicate
 * @pred: what to compute
 */
void predicate_compile(struct jit_emit *e, const struct predicate *pred)
{
	u64 mask, value;

	if (!predicate_is_valid(pred)) {
		jit_emit_fail(e, -EINVAL);
		return;
	}

	mask = predicate_extend(pred, pred->mask);
	value = predicate_extend(pred, pred->value);

	jit_emit_entry(e);
	emit_load(e, pred);
	if (mask != predicate_extend(pred, ~0ULL)) {
		emit_constant(e, mask);
		jit_emit_insn(e, a64_op(A64_AND | A64_64BIT, 0, 0, 1));
	}
	emit_constant(e, value);
	jit_emit_insn(e, a64_op((pred->op == PREDICATE_AND ? A64_ANDS : A64_SUBS) |
			   A64_64BIT, A64_ZR, 0, 1));
	jit_emit_insn(e, a64_cset(0, condition(pred)));
	jit_emit_return(e);
}
