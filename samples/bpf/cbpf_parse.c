// SPDX-License-Identifier: GPL-2.0
/*
 * The text form of a classic BPF program, as "tcpdump -ddd" prints it: the
 * number of instructions, then "code jt jf k" for each, all decimal. A line
 * break or a comma ends each of these; the last may go without.
 *
 * The text is read as it comes, a part at a time, so that what can be no program
 * any more is known as soon as possible.
 */
#include "cbpf.h"

/* Numbers are told apart by their place: the count, then four for each. */
enum place { COUNT, CODE, JT, JF, K };

static const u32 most[] = { BPF_MAXINSNS, 0xffff, 0xff, 0xff, 0xffffffff };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_separator(char c)
{
	return c == '\n' || c == ',';
}

static int refuse(struct cbpf_parser *p, struct cbpf_error *err, int insn,
		  const char *why)
{
	p->state = CBPF_REFUSED;
	err->insn = insn;
	err->why = why;
	return -EINVAL;
}

/* Where the present number is, for people */
static int insn_of(const struct cbpf_parser *p)
{
	return p->place == COUNT ? -1 : (int)p->prog->len;
}

/**
 * cbpf_parse_is_complete - ask whether all instructions have been read
 * @p: what was read so far
 *
 * Return: whether nothing but blanks may follow.
 */
bool cbpf_parse_is_complete(const struct cbpf_parser *p)
{
	return p->place == CODE && p->prog->len == p->count;
}

static int take_digit(struct cbpf_parser *p, struct cbpf_error *err, char c)
{
	p->number = p->number * 10 + (c - '0');
	if (p->number <= most[p->place])
		return 0;
	return refuse(p, err, insn_of(p),
		      p->place == COUNT ? "more than 4096 instructions" :
					  "a number is too big for its field");
}

/* The end of a number */
static void store(struct cbpf_parser *p)
{
	struct sock_filter *insn = &p->prog->insn[p->prog->len];

	switch (p->place) {
	case COUNT:
		p->count = p->number;
		break;
	case CODE:
		insn->code = p->number;
		break;
	case JT:
		insn->jt = p->number;
		break;
	case JF:
		insn->jf = p->number;
		break;
	case K:
		insn->k = p->number;
		break;
	}
	p->number = 0;
}

/* The end of the count's line, or of an instruction's */
static void next_line(struct cbpf_parser *p)
{
	if (p->place == K)
		p->prog->len++;
	p->place = CODE;
	p->state = CBPF_BEFORE_NUMBER;
}

static int before_number(struct cbpf_parser *p, struct cbpf_error *err, char c)
{
	if (is_blank(c))
		return 0;
	if (cbpf_parse_is_complete(p))
		return refuse(p, err, -1, "more text than the count says");
	if (!is_digit(c))
		return refuse(p, err, insn_of(p), "a decimal number is missing");
	p->state = CBPF_IN_NUMBER;
	return take_digit(p, err, c);
}

static int behind_number(struct cbpf_parser *p, struct cbpf_error *err, char c)
{
	if (is_blank(c))
		return 0;
	if (p->place == COUNT || p->place == K) {
		if (is_separator(c)) {
			next_line(p);
			return 0;
		}
		return refuse(p, err, insn_of(p),
			      p->place == COUNT ? "the count is not on its own" :
						  "more than four numbers");
	}
	p->place++;
	p->state = CBPF_BEFORE_NUMBER;
	return before_number(p, err, c);
}

static int in_number(struct cbpf_parser *p, struct cbpf_error *err, char c)
{
	if (is_digit(c))
		return take_digit(p, err, c);
	if (!is_blank(c) && !is_separator(c))
		return refuse(p, err, insn_of(p),
			      "a number has something else attached");
	store(p);
	p->state = CBPF_BEHIND_NUMBER;
	return behind_number(p, err, c);
}

/**
 * cbpf_parse_begin - begin to read the text form of a program
 * @p: set up
 * @prog: where the instructions go
 */
void cbpf_parse_begin(struct cbpf_parser *p, struct cbpf_prog *prog)
{
	*p = (struct cbpf_parser){ .prog = prog };
	prog->len = 0;
}

/**
 * cbpf_parse_part - read a part of it
 * @p: what was read so far
 * @text: the next part, not necessarily terminated
 * @len: length of @text
 * @err: what is wrong with the text, if something is
 *
 * Return: 0, or -EINVAL if what was read so far is not the beginning of a
 * program.
 */
int cbpf_parse_part(struct cbpf_parser *p, const char *text, size_t len,
		    struct cbpf_error *err)
{
	const char *end = text + len;
	int ret = 0;

	if (p->state == CBPF_REFUSED)
		return refuse(p, err, -1, "it was refused before");
	for (; text < end && !ret; text++) {
		switch (p->state) {
		case CBPF_IN_NUMBER:
			ret = in_number(p, err, *text);
			break;
		case CBPF_BEHIND_NUMBER:
			ret = behind_number(p, err, *text);
			break;
		default:
			ret = before_number(p, err, *text);
			break;
		}
	}
	return ret;
}

/**
 * cbpf_parse_end - say that there is no more text
 * @p: what was read
 * @err: what is wrong with the text, if something is
 *
 * Return: 0, or -EINVAL if what was read is not exactly one program.
 */
int cbpf_parse_end(struct cbpf_parser *p, struct cbpf_error *err)
{
	if (p->state == CBPF_REFUSED)
		return refuse(p, err, -1, "it was refused before");
	if (p->state == CBPF_IN_NUMBER) {
		store(p);
		p->state = CBPF_BEHIND_NUMBER;
	}
	if (p->state == CBPF_BEHIND_NUMBER &&
	    (p->place == COUNT || p->place == K))
		next_line(p);
	if (cbpf_parse_is_complete(p))
		return 0;
	if (p->place == CODE && p->state == CBPF_BEFORE_NUMBER)
		return refuse(p, err, p->prog->len,
			      "fewer instructions than the count says");
	return refuse(p, err, insn_of(p), "a decimal number is missing");
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
	struct cbpf_parser p;
	int ret;

	cbpf_parse_begin(&p, prog);
	ret = cbpf_parse_part(&p, text, len, err);
	return ret ?: cbpf_parse_end(&p, err);
}
