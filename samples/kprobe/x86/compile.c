// SPDX-License-Identifier: GPL-2.0
/*
 * Code generator: a predicate becomes
 *
 *	bool match(const struct pt_regs *regs)
 *
 *		endbr64			if the kernel checks it
 *		mov	offset(%rdi), %rax	zero- or sign-extended
 *		and	$mask, %rax		unless the mask is all ones
 *		cmp	$value, %rax		or test
 *		setcc	%al
 *		movzbl	%al, %eax
 *		ret				or jmp to the return thunk
 *
 * Constants that don't fit a sign-extended 32-bit immediate go by %rcx. Straight
 * code, no stack, and the saved registers as the only memory: it cannot fault.
 */
#include "../predicate.h"
#include "regs.h"

static const u8 reg_offset[PREDICATE_ARGS] = {
	PREDICATE_OFFSET_DI, PREDICATE_OFFSET_SI, PREDICATE_OFFSET_DX,
	PREDICATE_OFFSET_CX, PREDICATE_OFFSET_R8, PREDICATE_OFFSET_R9,
};

#define EMIT(e, ...)							\
	jit_emit_put(e, (const u8[]){ __VA_ARGS__ },			\
		     sizeof((const u8[]){ __VA_ARGS__ }))

static void emit_constant(struct jit_emit *e, u64 value, unsigned int bytes)
{
	for (; bytes; bytes--, value >>= 8)
		EMIT(e, (u8)value);
}

static bool is_imm32(u64 value)
{
	return value + 0x80000000u <= 0xffffffffu;
}

/* mov, movzx, movsx or movsxd offset(%rdi) to %rax */
static void emit_load(struct jit_emit *e, const struct predicate *pred)
{
	switch (pred->bits) {
	case 64:
		EMIT(e, 0x48, 0x8b);
		break;
	case 32:
		if (pred->is_signed)
			EMIT(e, 0x48, 0x63);
		else
			EMIT(e, 0x8b);
		break;
	case 16:
		EMIT(e, 0x48, 0x0f, pred->is_signed ? 0xbf : 0xb7);
		break;
	case 8:
		EMIT(e, 0x48, 0x0f, pred->is_signed ? 0xbe : 0xb6);
		break;
	}
	EMIT(e, 0x47, reg_offset[pred->arg]);
}

/* An operation on %rax and a constant, given both of its encodings. */
static void emit_alu(struct jit_emit *e, u8 op_imm32, u8 op_rcx, u64 constant)
{
	if (is_imm32(constant)) {
		EMIT(e, 0x48, op_imm32);
		emit_constant(e, constant, 4);
		return;
	}
	EMIT(e, 0x48, 0xb9);			/* movabs $constant, %rcx */
	emit_constant(e, constant, 8);
	EMIT(e, 0x48, op_rcx, 0xc8);		/* op %rcx, %rax */
}

/* Second opcode byte of setcc, by operator and signedness. */
static u8 setcc(const struct predicate *pred)
{
	switch (pred->op) {
	case PREDICATE_EQ:
		return 0x94;				/* sete */
	case PREDICATE_LT:
		return pred->is_signed ? 0x9c : 0x92;	/* setl, setb */
	case PREDICATE_LE:
		return pred->is_signed ? 0x9e : 0x96;	/* setle, setbe */
	case PREDICATE_GT:
		return pred->is_signed ? 0x9f : 0x97;	/* setg, seta */
	case PREDICATE_GE:
		return pred->is_signed ? 0x9d : 0x93;	/* setge, setae */
	case PREDICATE_NE:
	case PREDICATE_AND:
	default:
		return 0x95;				/* setne */
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
	if (mask != predicate_extend(pred, ~0ULL))
		emit_alu(e, 0x25, 0x21, mask);
	if (pred->op == PREDICATE_AND)
		emit_alu(e, 0xa9, 0x85, value);
	else
		emit_alu(e, 0x3d, 0x39, value);
	EMIT(e, 0x0f, setcc(pred), 0xc0);
	EMIT(e, 0x0f, 0xb6, 0xc0);		/* movzbl %al, %eax */
	jit_emit_return(e);
}
