// SPDX-License-Identifier: GPL-2.0
/* From the module's parameters to a predicate, or to one clear line. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kstrtox.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "jit_kprobe.h"
#include "regs.h"

static const struct {
	const char	*name;
	unsigned int	bits;
	bool		is_signed;
} types[] = {
	{ "u8", 8 }, { "u16", 16 }, { "u32", 32 }, { "u64", 64 },
	{ "s8", 8, true }, { "s16", 16, true }, { "s32", 32, true },
	{ "s64", 64, true },
};

static const struct {
	const char	*name;
	const char	*sign;
} ops[PREDICATE_OPS] = {
	[PREDICATE_EQ] = { "eq", "==" }, [PREDICATE_NE] = { "ne", "!=" },
	[PREDICATE_LT] = { "lt", "<" }, [PREDICATE_LE] = { "le", "<=" },
	[PREDICATE_GT] = { "gt", ">" }, [PREDICATE_GE] = { "ge", ">=" },
	[PREDICATE_AND] = { "and", "&" },
};

const char *jit_kprobe_op_sign(enum predicate_op op)
{
	return ops[op].sign;
}

static int parse_type(const char *name, struct predicate *pred)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (strcmp(name, types[i].name))
			continue;
		pred->bits = types[i].bits;
		pred->is_signed = types[i].is_signed;
		if (pred->bits <= PREDICATE_BITS)
			return 0;
		pr_err("type=%s: registers have %d bits here, and an argument is in one\n",
		       name, PREDICATE_BITS);
		return -EINVAL;
	}
	pr_err("type=%s: not one of u8 u16 u32 u64 s8 s16 s32 s64\n", name);
	return -EINVAL;
}

static int parse_op(const char *name, struct predicate *pred)
{
	size_t i;

	for (i = 0; name && i < ARRAY_SIZE(ops); i++) {
		if (strcmp(name, ops[i].name))
			continue;
		pred->op = i;
		return 0;
	}
	pr_err("op=%s: not one of eq ne lt le gt ge and\n", name ?: "");
	return -EINVAL;
}

/* A number of @bits bits, decimal, octal or hexadecimal. */
static int parse_number(const char *text, unsigned int bits, bool is_signed,
			u64 *number)
{
	s64 max = S64_MAX >> (64 - bits);
	s64 signed_number;
	int err;

	if (!is_signed) {
		err = kstrtoull(text, 0, number);
		if (!err && *number > U64_MAX >> (64 - bits))
			err = -ERANGE;
		return err;
	}

	err = kstrtoll(text, 0, &signed_number);
	if (!err && (signed_number > max || signed_number < -max - 1))
		err = -ERANGE;
	*number = signed_number;
	return err;
}

/**
 * jit_kprobe_parse() - check the parameters and make a predicate of them
 * @params: as the user gave them
 * @pred: filled in
 *
 * Return: 0, -EINVAL for something that is not in the language, -ERANGE for a
 * number that the type cannot hold. What is wrong is in the log.
 */
int jit_kprobe_parse(const struct jit_kprobe_params *params,
		     struct predicate *pred)
{
	int err;

	if (params->arg >= PREDICATE_ARGS) {
		pr_err("arg=%u: not one of 0 to %d, the arguments in registers\n",
		       params->arg, PREDICATE_ARGS - 1);
		return -EINVAL;
	}
	pred->arg = params->arg;

	err = parse_type(params->type, pred);
	if (err)
		return err;

	err = parse_op(params->op, pred);
	if (err)
		return err;

	if (!params->value) {
		pr_err("value= is missing\n");
		return -EINVAL;
	}
	err = parse_number(params->value, pred->bits, pred->is_signed,
			   &pred->value);
	if (err) {
		pr_err("value=%s: not a number of type %s\n", params->value,
		       params->type);
		return err;
	}

	pred->mask = U64_MAX;
	if (!params->mask)
		return 0;
	err = parse_number(params->mask, pred->bits, false, &pred->mask);
	if (err)
		pr_err("mask=%s: not a number of %u bits\n", params->mask,
		       pred->bits);
	return err;
}
