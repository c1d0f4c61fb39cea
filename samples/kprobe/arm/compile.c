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

/* r1 = value */
static void emit_constant(struct jit_emit *e, unsigned int value)
{
	jit_emit_insn(e, a32_movw(1, value));
	if (value >> 16)
		jit_emit_insn(e, a32_movt(1, value));
}

/* The saved register is in the order of its bytes: the lowest come first. */
static void emit_load(struct jit_emit *e, const struct predicate *pred)
{
	unsigned int shift = pred->bits / 16;
	unsigned int offset = PREDICATE_OFFSET(pred->arg);

	if (pred->is_signed && pred->bits != 32)
		jit_emit_insn(e, a32_load_signed(shift, 0, 0, offset));
	else
		jit_emit_insn(e, a32_load(shift, 0, 0, offset));
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
 * @e: where to write it, at most %PREDICATE_MAX_SIZE bytes; gets -EINVAL if @pred is
 *	not a predicate
 * @pred: what to compute
 */
void predicate_compile(struct jit_emit *e, const struct predicate *pred)
{
	unsigned int mask, value;

	if (!predicate_is_valid(pred)) {
		jit_emit_fail(e, -EINVAL);
		return;
	}

	/* Of what is extended, a register has the lower half. */
	mask = (unsigned int)predicate_extend(pred, pred->mask);
	value = (unsigned int)predicate_extend(pred, pred->value);

	jit_emit_entry(e);
	emit_load(e, pred);
	if (mask != (unsigned int)predicate_extend(pred, ~0ULL)) {
		emit_constant(e, mask);
		jit_emit_insn(e, a32_op(A32_AND, 0, 0, 1));
	}
	emit_constant(e, value);
	jit_emit_insn(e, a32_op(pred->op == PREDICATE_AND ? A32_TST : A32_CMP, 0,
				0, 1));
	jit_emit_insn(e, a32_imm(A32_MOV, 0, 0, 0));
	jit_emit_insn(e, a32_imm_if(condition(pred), A32_MOV, 0, 0, 1));
	jit_emit_return(e);
}
