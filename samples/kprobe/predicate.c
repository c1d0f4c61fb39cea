// SPDX-License-Identifier: GPL-2.0
/*
 * What predicates mean, for all back ends.
 */
#include "predicate.h"
#include "regs.h"

/**
 * predicate_is_valid() - check what is to be compiled
 * @pred: what to check
 *
 * Return: whether it is a predicate on an argument that is in one register.
 */
bool predicate_is_valid(const struct predicate *pred)
{
	if (pred->arg >= PREDICATE_ARGS || pred->op >= PREDICATE_OPS)
		return false;
	return pred->bits == 8 || pred->bits == 16 || pred->bits == 32 ||
	       pred->bits == PREDICATE_BITS;
}

/**
 * predicate_extend() - widen a value as its type wants it
 * @pred: whose type
 * @value: bits above the width of the type don't matter
 *
 * Return: the value as it looks in a register of 64 bits after being loaded.
 */
u64 predicate_extend(const struct predicate *pred, u64 value)
{
	u64 all = pred->bits == 64 ? ~0ULL : (1ULL << pred->bits) - 1;

	value &= all;
	if (pred->is_signed && value >> (pred->bits - 1))
		value |= ~all;
	return value;
}
