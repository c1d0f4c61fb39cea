/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A predicate on one argument of a function, as machine code. Each back end is a
 * directory; its regs.h has PREDICATE_ARGS, how many arguments are passed in
 * registers, and PREDICATE_BITS, how wide these are.
 *
 * Compiles in user space as well, where the tests compare it with plain C.
 */
#ifndef _JIT_KPROBE_PREDICATE_H
#define _JIT_KPROBE_PREDICATE_H

#include <linux/jit_emit.h>

/* No predicate is longer. */
#define PREDICATE_MAX_SIZE	80

/**
 * enum predicate_op - how the argument is compared with the value
 *
 * Less and greater follow the signedness of the argument.
 *
 * @PREDICATE_EQ: equal
 * @PREDICATE_NE: not equal
 * @PREDICATE_LT: less
 * @PREDICATE_LE: less or equal
 * @PREDICATE_GT: greater
 * @PREDICATE_GE: greater or equal
 * @PREDICATE_AND: at least one bit of the value is set in the argument
 * @PREDICATE_OPS: number of operators, not an operator
 */
enum predicate_op {
	PREDICATE_EQ,
	PREDICATE_NE,
	PREDICATE_LT,
	PREDICATE_LE,
	PREDICATE_GT,
	PREDICATE_GE,
	PREDICATE_AND,
	PREDICATE_OPS,
};

/**
 * struct predicate - ((type)argument & mask) op value
 *
 * @arg: number of the argument, from 0
 * @bits: width of its type: 8, 16, 32 or 64, but no more than a register has
 * @is_signed: whether its type is signed
 * @op: the comparison
 * @mask: bits of the argument that count; those above @bits don't matter
 * @value: what to compare with; bits above @bits don't matter
 */
struct predicate {
	unsigned int		arg;
	unsigned int		bits;
	bool			is_signed;
	enum predicate_op	op;
	u64			mask;
	u64			value;
};

bool predicate_is_valid(const struct predicate *pred);
u64 predicate_extend(const struct predicate *pred, u64 value);

void predicate_compile(struct jit_emit *e, const struct predicate *pred);

#endif /* _JIT_KPROBE_PREDICATE_H */
