// SPDX-License-Identifier: GPL-2.0
/*
 * The text form of a classic BPF program, as "tcpdump -ddd" prints it: the
 * number of instructions, then "code jt jf k" for each, all decimal. A line
 * break or a comma ends each of these; the last may go without.
 */
#include "cbpf.h"

struct text {
	const char	*pos;
	const char	*end;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_blanks(struct text *t)
{
	while (t->pos < t->end && is_blank(*t->pos))
		t->pos++;
}

/* One number of at most @max; false leaves the reason in @why. */
static bool take_number(struct text *t, u32 max, u32 *number, const char **why)
{
	u64 value = 0;

	skip_blanks(t);
	if (t->pos == t->end || !is_digit(*t->pos)) {
		*why = "a decimal number is missing";
		return false;
	}
	for (; t->pos < t->end && is_digit(*t->pos); t->pos++) {
		value = value * 10 + (*t->pos - '0');
		if (value > max) {
			*why = "a number is too big for its field";
			return false;
		}
	}
	if (t->pos < t->end && !is_blank(*t->pos) && *t->pos != '\n' &&
	    *t->pos != ',') {
		*why = "a number has something else attached";
		return false;
	}
	*number = value;
	return true;
}

/* The end of an instruction, or of the text. */
static bool take_separator(struct text *t)
{
	skip_blanks(t);
	if (t->pos == t->end)
		return true;
	if (*t->pos != '\n' && *t->pos != ',')
		return false;
	t->pos++;
	return true;
}

static int refuse(struct cbpf_error *err, int insn, const char *why)
{
	err->insn = insn;
	err->why = why;
	return -EINVAL;
}

/**
 * cbpf_parse - read the text form of a program
 * @prog: where the instructions go
 * @text: the text, not necessarily terminated
 * @len: length of @text
 * @err: what is wrong with the text, if something is
 *
 * Return: 0, or -EINVAL if @text is not exactly one program.
 */
int cbpf_parse(struct cbpf_prog *prog, const char *text, size_t len,
	       struct cbpf_error *err)
{
	struct text t = { .pos = text, .end = text + len };
	const char *why = "";
	u32 count, code, jt, jf, k, i;

	prog->len = 0;
	if (!take_number(&t, BPF_MAXINSNS, &count, &why))
		return refuse(err, -1, why);
	if (!take_separator(&t))
		return refuse(err, -1, "the count is not on its own");

	for (i = 0; i < count; i++) {
		skip_blanks(&t);
		if (t.pos == t.end)
			return refuse(err, i, "fewer instructions than the count says");
		if (!take_number(&t, 0xffff, &code, &why) ||
		    !take_number(&t, 0xff, &jt, &why) ||
		    !take_number(&t, 0xff, &jf, &why) ||
		    !take_number(&t, 0xffffffff, &k, &why))
			return refuse(err, i, why);
		if (!take_separator(&t))
			return refuse(err, i, "more than four numbers");
		prog->insn[i] = (struct sock_filter){ code, jt, jf, k };
	}

	skip_blanks(&t);
	if (t.pos != t.end)
		return refuse(err, -1, "more text than the count says");
	prog->len = count;
	return 0;
}
